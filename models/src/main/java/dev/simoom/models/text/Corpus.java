package dev.simoom.models.text;

import dev.simoom.models.run.CounterRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Documents to train on and documents held out for evaluation; no document is in both.
 *
 * @param train the documents to train on, at least one
 * @param heldOut the documents held out, at least one
 * @param description where the text came from and how much there is, in one line for people
 */
public record Corpus(List<byte[]> train, List<byte[]> heldOut, String description) {
  /** How near to its share the held-out part must come before no smaller document is looked for. */
  private static final double NEAR_ENOUGH = 0.95;

  /** Makes the lists unmodifiable. */
  public Corpus {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
  }

  /** The total size of the documents to train on. */
  public long trainBytes() {
    return bytes(train);
  }

  /** The total size of the documents held out. */
  public long heldOutBytes() {
    return bytes(heldOut);
  }

  /**
   * Gathers documents: from {@code options.text()}, or else from a JDK's src.zip, or else from this
   * project's sources. By default the block comments at the head of each document are dropped,
   * because they are mostly one licence many times over. Documents are shuffled by the seed, kept
   * until the byte limit is reached (the last one is cut at a line's end), and split by document; a
   * single document is split at a line's end. The same options give the same corpus wherever the
   * files are the same.
   *
   * @throws CorpusException if a path does not exist or no text is found
   * @throws IOException if a file cannot be read
   */
  public static Corpus gather(CorpusOptions options) throws IOException {
    return gather(options, options.text().isEmpty() ? JdkSources.find() : Optional.empty());
  }

  static Corpus gather(CorpusOptions options, Optional<Path> sourceZip) throws IOException {
    String note = "";
    if (options.text().isEmpty() && sourceZip.isEmpty()) {
      note = "; no src.zip of a JDK was found, so these are the project's own sources";
    }
    try (Documents documents = open(options, sourceZip)) {
      List<byte[]> kept = keep(documents, options);
      if (kept.isEmpty()) {
        String why =
            documents.size() == 0
                ? "there are no files"
                : "of %d files none is UTF-8 text".formatted(documents.size());
        throw new CorpusException(
            "no text found in %s: %s; name text files with --text"
                .formatted(documents.origin(), why));
      }
      return split(kept, options, documents.origin(), note);
    }
  }

  private static Documents open(CorpusOptions options, Optional<Path> sourceZip)
      throws IOException {
    if (!options.text().isEmpty()) {
      return TextFiles.at(options.text());
    }
    return sourceZip.isPresent()
        ? JdkSources.open(sourceZip.get(), options.byteLimit())
        : TextFiles.ofRepository(options.repository());
  }

  private static List<byte[]> keep(Documents documents, CorpusOptions options) throws IOException {
    List<byte[]> kept = new ArrayList<>();
    Set<ByteBuffer> distinct = new HashSet<>();
    int left = (int) options.byteLimit();
    boolean full = false;
    int[] order = CounterRandom.permutation(documents.size(), options.seed());
    for (int i = 0; i < order.length && !full; i++) {
      byte[] document = documents.read(order[i], (int) options.byteLimit() + 1);
      if (!documents.accepts(document)) {
        continue;
      }
      if (options.stripLeadingComments()) {
        document = LeadingComments.strip(document);
      }
      full = document.length >= left;
      if (document.length > left) {
        document = Arrays.copyOf(document, lineEnd(document, left));
      }
      if (document.length > 0 && distinct.add(ByteBuffer.wrap(document))) {
        kept.add(document);
        left -= document.length;
      }
    }
    return kept;
  }

  private static Corpus split(
      List<byte[]> documents, CorpusOptions options, String origin, String note)
      throws CorpusException {
    long target = Math.max(1, Math.round(bytes(documents) * options.heldOutFraction()));
    List<byte[]> train = new ArrayList<>();
    List<byte[]> heldOut = new ArrayList<>();
    if (documents.size() == 1) {
      byte[] document = documents.getFirst();
      if (document.length < 2) {
        throw new CorpusException(origin + " has a single byte of text; name more with --text");
      }
      int cut = lineEnd(document, (int) Math.max(1, document.length - target));
      train.add(Arrays.copyOf(document, cut));
      heldOut.add(Arrays.copyOfRange(document, cut, document.length));
    } else {
      hold(documents, target, train, heldOut);
    }
    String description =
        String.format(
            Locale.ROOT,
            "%.1f MB in %d documents to train on, %.1f MB in %d held out, from %s%s",
            bytes(train) / 1e6,
            train.size(),
            bytes(heldOut) / 1e6,
            heldOut.size(),
            origin,
            note);
    return new Corpus(train, heldOut, description);
  }

  /** Holds out documents in order while they fit the target; where none does, the smallest one. */
  private static void hold(
      List<byte[]> documents, long target, List<byte[]> train, List<byte[]> heldOut) {
    long held = 0;
    for (byte[] document : documents) {
      boolean fits = held + document.length <= target && held < NEAR_ENOUGH * target;
      (fits ? heldOut : train).add(document);
      held += fits ? document.length : 0;
    }
    if (heldOut.isEmpty()) {
      byte[] smallest =
          Collections.min(train, Comparator.comparingInt(document -> document.length));
      train.remove(smallest);
      heldOut.add(smallest);
    } else if (train.isEmpty()) {
      train.add(heldOut.removeLast());
    }
  }

  /**
   * The end of the last whole line within the limit, or the limit where the first line is longer.
   */
  private static int lineEnd(byte[] document, int limit) {
    for (int end = limit; end > 0; end--) {
      if (document[end - 1] == '\n') {
        return end;
      }
    }
    return limit;
  }

  private static long bytes(List<byte[]> documents) {
    return documents.stream().mapToLong(document -> document.length).sum();
  }
}
