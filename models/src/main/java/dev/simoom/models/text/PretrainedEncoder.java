package dev.simoom.models.text;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * Encodes with one {@link PretrainedTokenizer}: finds the added tokens that are sought in the text
 * as it is, normalises what is between them, finds the other added tokens in that, and merges the
 * pieces of the rest.
 */
final class PretrainedEncoder extends TokenEncoder {
  private final TextSteps steps;
  private final PieceEncoder pieces;

  PretrainedEncoder(TextSteps steps, MergeTable merges) {
    this.steps = steps;
    pieces = new PieceEncoder(steps.pattern(), merges);
  }

  @Override
  void encode(byte[] text, IntList ids) {
    steps.before().split(Utf8.valid(text), new Raw(ids));
  }

  /** The parts of a text that is not normalised yet. */
  private final class Raw implements AddedTokens.Parts {
    private final IntList ids;
    private final Normalised normalised;

    Raw(IntList ids) {
      this.ids = ids;
      normalised = new Normalised(ids);
    }

    @Override
    public void text(byte[] text) {
      steps.after().split(steps.composes() ? compose(text) : text, normalised);
    }

    @Override
    public void token(int id) {
      ids.add(id);
    }
  }

  /** The parts of a text that is normalised. */
  private final class Normalised implements AddedTokens.Parts {
    private final IntList ids;

    Normalised(IntList ids) {
      this.ids = ids;
    }

    @Override
    public void text(byte[] text) {
      pieces.encode(steps.prefixSpace() && text[0] != ' ' ? spaceThen(text) : text, ids);
    }

    @Override
    public void token(int id) {
      ids.add(id);
    }
  }

  private static byte[] compose(byte[] text) {
    String string = new String(text, StandardCharsets.UTF_8);
    boolean ascii = string.length() == text.length;
    return ascii || Normalizer.isNormalized(string, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(string, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] spaceThen(byte[] text) {
    byte[] longer = Arrays.copyOf(new byte[] {' '}, text.length + 1);
    System.arraycopy(text, 0, longer, 1, text.length);
    return longer;
  }
}
