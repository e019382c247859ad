package dev.simoom.models.cli;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Prints UTF-8 piece by piece, where a piece may end inside a character. */
final class TextWriter {
  /** Most bytes of UTF-8 that can lack their end, and as many more. */
  private static final int UNFINISHED = 8;

  private final PrintWriter out;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer pending = ByteBuffer.allocate(UNFINISHED).flip();

  TextWriter(PrintWriter out) {
    this.out = out;
  }

  void write(byte... bytes) {
    ByteBuffer all = ByteBuffer.allocate(pending.remaining() + bytes.length);
    all.put(pending).put(bytes).flip();
    CharBuffer chars = CharBuffer.allocate(all.remaining() + 1);
    decoder.decode(all, chars, false);
    out.print(chars.flip());
    out.flush();
    pending = all;
  }
}
