"""Online consultations: submissions by practice and month, with the supplier and whether it takes part."""

from likeforlike.sources.reading.workbooks import WorkbookFormat

FORMAT = WorkbookFormat(title="Submissions via Online Consultation Systems in General Practice")
