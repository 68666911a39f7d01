"""Acts that are refused, with the sentence the user reads."""


class Refused(Exception):
    """A refused act: what is wrong and how to mend it, in one Chinese sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
