"""What may not be done, said in one sentence that a tired person understands."""


class Refused(Exception):
    """An act that was refused. `sentence` is shown as it is: on the button, in the tooltip, after the press."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def refuse(sentence: str | None) -> None:
    """Raise `Refused` with the sentence a rule answered; do nothing when it answered None.

    Raises:
        Refused: there is a sentence.
    """
    if sentence is not None:
        raise Refused(sentence)
