"""The errors that services raise. Refusals are data (`Outcome`), not exceptions."""


class BusinessRuleError(Exception):
    """A rule of the trade forbids it; the text is for people: object, rule, remedy."""


class InvariantError(RuntimeError):
    """A set write met other rows than it planned: a defect, never an answer to a
    user."""
