"""The one error this package reports to people."""


class ConversionError(Exception):
    """A source file is missing, damaged or holds something the converter does not know."""
