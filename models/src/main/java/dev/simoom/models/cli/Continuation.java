package dev.simoom.models.cli;

import dev.simoom.models.lm.TokenSampling;
import dev.simoom.models.text.Tokenizer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Prints how a text goes on, while it is found.
 *
 * @param tokenizer of the text
 * @param prompt the text
 * @param tokens how many follow at most
 * @param sampling how they are chosen
 * @param seed of the choice, the same again for each continuation
 */
record Continuation(
    Tokenizer tokenizer, String prompt, int tokens, TokenSampling sampling, long seed) {

  /** The tokens of the text, as those of a document that begins with it. */
  List<Integer> promptTokens() {
    List<Integer> ids = new ArrayList<>();
    ids.add(tokenizer.separator());
    for (int id : tokenizer.encode(prompt)) {
      ids.add(id);
    }
    return ids;
  }

  /**
   * Prints one.
   *
   * @param next from all tokens so far to the logits of the one that follows
   */
  void print(PrintWriter out, Function<List<Integer>, float[]> next) {
    TextWriter text = new TextWriter(out);
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> ids = promptTokens();
    out.print(prompt);
    for (int i = 0; i < tokens; i++) {
      int chosen = sampling.draw(next.apply(ids), random);
      if (chosen == tokenizer.separator()) {
        break;
      }
      ids.add(chosen);
      text.write(tokenizer.decode(chosen));
    }
    out.println();
    out.flush();
  }
}
