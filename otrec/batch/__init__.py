"""Lists for files of any number of clients: streamed, resumable, in one process or in many."""

from otrec.batch.errors import BatchError
from otrec.batch.run import CHUNK, Summary, aside, run_batch

__all__ = ["BatchError", "CHUNK", "Summary", "aside", "run_batch"]
