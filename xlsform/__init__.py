"""xlsform (published as jixiao-xlsform): official Excel forms of a district finance bureau, read, checked and merged.

Not ODK's XLSForm. The verbs are functions in `xlsform.operations`; the command line is `xlsform.cli`.
"""

__version__ = "0.1.0"
