package dev.simoom.models.text;

/** Encodes with one {@link BytePairEncoding}. */
final class BytePairEncoder extends TokenEncoder {
  private final PieceEncoder pieces;

  BytePairEncoder(BytePairEncoding encoding) {
    pieces = new PieceEncoder(PreTokenizer::end, encoding.mergeTable());
  }

  @Override
  void encode(byte[] text, IntList ids) {
    pieces.encode(text, ids);
  }
}
