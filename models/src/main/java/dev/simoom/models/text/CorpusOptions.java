package dev.simoom.models.text;

import java.nio.file.Path;
import java.util.List;

/**
 * What text to gather.
 *
 * @param text files and directories to read; where there are none, the sources of a JDK on this
 *     machine are read, and where those are not found either, the sources below {@code repository}
 * @param byteLimit the most bytes of text to keep, train and held-out together
 * @param heldOutFraction the share of the bytes to hold out for evaluation, between 0 and 1
 * @param seed decides which documents are kept under the limit and which are held out
 * @param stripLeadingComments whether to drop the block comments before the first line of code,
 *     which in most source trees are the same licence in every file
 * @param repository the root of this project's own sources
 */
public record CorpusOptions(
    List<Path> text,
    long byteLimit,
    double heldOutFraction,
    long seed,
    boolean stripLeadingComments,
    Path repository) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if the byte limit or the held-out fraction is out of its range
   */
  public CorpusOptions {
    text = List.copyOf(text);
    if (byteLimit < 1 || byteLimit > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "byte limit is %d but must be 1 to %d".formatted(byteLimit, Integer.MAX_VALUE - 8));
    }
    if (!(heldOutFraction > 0 && heldOutFraction < 1)) {
      throw new IllegalArgumentException(
          "held-out fraction is " + heldOutFraction + " but must lie between 0 and 1");
    }
  }

  /**
   * 12 MB of JDK sources, 5 % held out, seed 0, leading comments stripped, the working directory as
   * the repository.
   */
  public static CorpusOptions defaults() {
    return new CorpusOptions(List.of(), 12_000_000, 0.05, 0, true, Path.of(""));
  }

  /** The same with other files and directories to read. */
  public CorpusOptions withText(List<Path> text) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }

  /** The same with another limit in bytes. */
  public CorpusOptions withByteLimit(long byteLimit) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }

  /** The same with another share held out. */
  public CorpusOptions withHeldOutFraction(double heldOutFraction) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }

  /** The same with another seed. */
  public CorpusOptions withSeed(long seed) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }

  /** The same with leading comments stripped or kept. */
  public CorpusOptions withStripLeadingComments(boolean stripLeadingComments) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }

  /** The same with another root of this project's own sources. */
  public CorpusOptions withRepository(Path repository) {
    return new CorpusOptions(
        text, byteLimit, heldOutFraction, seed, stripLeadingComments, repository);
  }
}
