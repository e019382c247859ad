package dev.simoom.models.text;

/** A rule that cuts text into the pieces inside which byte pairs may be merged. */
interface PieceScanner {
  /** The end of the piece that starts at an index below text.length. */
  int end(byte[] text, int from);
}
