"""The jobs of annual reports."""
