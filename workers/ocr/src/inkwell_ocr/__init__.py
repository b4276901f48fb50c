"""The ocr stage: bytes of a document in, pages of words with boxes out.

Hostile files are opened in a confined child process only (`sandbox.child`, `sandbox.confinement`);
the parent (`stage`, `sandbox.pool`) never parses them.
"""
