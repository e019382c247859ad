package dev.simoom.models.job;

import dev.simoom.models.run.RunException;
import dev.simoom.models.text.Corpus;
import dev.simoom.tensor.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run learns from, as a number: a run is resumed and evaluated only on what it began with.
 *
 * @param what the input in words
 * @param file where a run remembers it
 * @param hash SHA-256 of it, in hexadecimal
 */
record Fingerprint(String what, String file, String hash) {
  private static final String INPUT = "input.sha256";
  private static final String MODEL = "model.sha256";
  private static final int PIECES = 256;
  private static final int PIECE_BYTES = 4096;

  /** Of every byte of a text and its split. */
  static Fingerprint of(Corpus corpus) {
    MessageDigest digest = sha256();
    for (List<byte[]> part : List.of(corpus.train(), corpus.heldOut())) {
      update(digest, part.size());
      for (byte[] document : part) {
        update(digest, document.length);
        digest.update(document);
      }
    }
    return new Fingerprint("text", INPUT, HexFormat.of().formatHex(digest.digest()));
  }

  /**
   * Of a file that may be too large to read whole: its size and pieces spread over it evenly, first
   * and last bytes included.
   */
  static Fingerprint of(Path file) throws IOException {
    MessageDigest digest = sha256();
    update(digest, file);
    return new Fingerprint("activations file", INPUT, HexFormat.of().formatHex(digest.digest()));
  }

  /** Of what lies in the folder of a model: settings, tokenizer, and of its weights some pieces. */
  static Fingerprint ofModel(Path folder) throws IOException {
    MessageDigest digest = sha256();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Fingerprint::isPartOfModel).sorted().toList()) {
        digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        update(digest, file);
      }
    }
    return new Fingerprint("model in " + folder, MODEL, HexFormat.of().formatHex(digest.digest()));
  }

  private static boolean isPartOfModel(Path file) {
    String name = file.getFileName().toString();
    return name.equals("config.json")
        || name.equals("tokenizer.json")
        || name.endsWith(".safetensors");
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      update(digest, size);
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      long last = Math.max(0, size - PIECE_BYTES);
      for (int i = 0; i < PIECES; i++) {
        piece.clear();
        long at = last / (PIECES - 1) * i + last % (PIECES - 1) * i / (PIECES - 1);
        while (piece.hasRemaining() && channel.read(piece, at + piece.position()) >= 0) {
          continue;
        }
        digest.update(piece.flip());
      }
    }
  }

  /**
   * Compares with what a run began with, or remembers it where the run begins.
   *
   * @throws RunException if they differ
   */
  void check(Path folder) throws IOException {
    Path kept = folder.resolve(file);
    if (!Files.exists(kept)) {
      AtomicFiles.write(kept, hash + "\n");
    } else if (!Files.readString(kept, StandardCharsets.ISO_8859_1).strip().equals(hash)) {
      throw new RunException(
          "the %s is not what the run in %s began with: bring the old one back or start a new run"
              .formatted(what, folder));
    }
  }

  private static void update(MessageDigest digest, long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
