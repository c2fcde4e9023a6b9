"""The errors that services raise. Refusals are data (`Outcome`), not exceptions."""


class BusinessRuleError(Exception):
    """A rule of the trade forbids it; the text is for people: object, rule, remedy."""


class InvariantError(RuntimeError):
    """A set write met other rows than it planned: a defect, never an answer to a
    user."""


class RefusedError(Exception):
    """Another system understood and said no: nothing happened there, asking again is
    no use."""


class UnavailableError(Exception):
    """It could not be reached, or said that it did nothing: ask again later."""


class UnansweredError(Exception):
    """Nobody knows whether it did it: look it up before anything is asked again."""
