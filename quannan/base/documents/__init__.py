"""Official documents: what one says (`parts`), and how Word writes it (`word`, `layout`, `charts`)."""
