"""What is asked of documents, and what is right to answer: samples for training and evaluation."""

from inkwell_tiny_invoice.questions.samples import DATA_VERSION, Sample, ask, held_out, make

__all__ = ["DATA_VERSION", "Sample", "ask", "held_out", "make"]
