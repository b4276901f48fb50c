"""The ocr stage: bytes of a document in, pages of words with boxes out.

Hostile files are opened in a confined child process only (`child`, `confinement`); the parent
(`stage`, `sandbox`) never parses them.
"""
