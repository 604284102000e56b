"""The small language of the filter bar: which faces, and in which order."""

from fkd_core.query.columns import face_columns, vocabulary_of
from fkd_core.query.complete import Candidate, Completion, complete
from fkd_core.query.evaluate import Columns, matching
from fkd_core.query.fields import FIELDS, Choices, Field, Kind, Texts, Vocabulary, quoted
from fkd_core.query.lexer import QueryError
from fkd_core.query.parser import parse
from fkd_core.query.sort import sorted_faces
from fkd_core.query.tree import And, Node, Not, Or, Term, terms

__all__ = [
    "FIELDS",
    "And",
    "Candidate",
    "Choices",
    "Columns",
    "Completion",
    "Field",
    "Kind",
    "Node",
    "Not",
    "Or",
    "QueryError",
    "Term",
    "Texts",
    "Vocabulary",
    "complete",
    "face_columns",
    "matching",
    "parse",
    "quoted",
    "sorted_faces",
    "terms",
    "vocabulary_of",
]
