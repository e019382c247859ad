package dev.simoom.models.text;

import java.io.IOException;

/** A fixed, ordered set of documents, each read only when it is asked for. */
interface Documents extends AutoCloseable {
  int size();

  /** At most {@code limit} bytes from the start of a document. */
  byte[] read(int index, int limit) throws IOException;

  /** Whether what was read is worth keeping. */
  boolean accepts(byte[] document);

  /** Where the documents come from, for people to read. */
  String origin();

  @Override
  void close() throws IOException;
}
