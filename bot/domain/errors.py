"""What the domain may say no with.

Refused: a sentence for the person
"""


class Refused(Exception):
    """The command cannot be done now; the message is a sentence a tired person can act on."""
