package dev.simoom.models.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Where bad input is made: an empty folder, beside things that are right and may be copied.
 *
 * @param folder takes what is made
 * @param right the folder of a good text, finished runs and a world; never written to
 */
record Desk(Path folder, Path right) {
  /** The name of the folder that runs are to write, which must not be there after a refusal. */
  static final String OUT = "out";

  /** A file with some content. */
  Path file(String name, byte... content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  /** A file with some text. */
  Path file(String name, String content) throws IOException {
    return file(name, content.getBytes(UTF_8));
  }

  /** A safetensors file with any header. */
  Path tensors(String header, byte... data) throws IOException {
    return tensors(header.getBytes(UTF_8).length, header, data);
  }

  /** A safetensors file that claims a length of its header. */
  Path tensors(long length, String header, byte... data) throws IOException {
    byte[] text = header.getBytes(UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + text.length + data.length);
    all.order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text).put(data);
    return file("activations.safetensors", all.array());
  }

  /** A safetensors file of one tensor [rows, 4] of F32, all halves of 1, 2, 3 and so on. */
  Path rows(int rows, UnaryOperator<float[]> spoilt) throws IOException {
    float[] values = new float[rows * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 7 % 19 - 9) / 2f;
    }
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(spoilt.apply(values));
    String header =
        "{\"acts\":{\"dtype\":\"F32\",\"shape\":[%d,4],\"data_offsets\":[0,%d]}}"
            .formatted(rows, data.capacity());
    return tensors(header, data.array());
  }

  /** A run or world that is right, copied to be spoilt. */
  Path copy(String name) throws IOException {
    Path from = right.resolve(name);
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }

  /** A copy of a run one of whose files has other text. */
  Path changed(String name, String file, UnaryOperator<String> change) throws IOException {
    Path copy = copy(name);
    String old = Files.readString(copy.resolve(file));
    String changed = change.apply(old);
    if (changed.equals(old)) {
      throw new IllegalStateException("nothing changed in " + file + ": " + old);
    }
    Files.writeString(copy.resolve(file), changed);
    return copy;
  }

  /** A copy of a run one of whose files has lost its second half. */
  Path cut(String name, String file) throws IOException {
    Path copy = copy(name);
    byte[] whole = Files.readAllBytes(copy.resolve(file));
    Files.write(copy.resolve(file), Arrays.copyOf(whole, whole.length / 2));
    return copy;
  }

  /** A copy of a run without one of its files. */
  Path without(String name, String file) throws IOException {
    Path copy = copy(name);
    Files.delete(copy.resolve(file));
    return copy;
  }

  /** A copy of a run one of whose files is that of another. */
  Path swapped(String name, String file, String other) throws IOException {
    Path copy = without(name, file);
    Files.copy(right.resolve(other), copy.resolve(file));
    return copy;
  }

  /** The arguments of a tiny run on a text. */
  String[] onText(Path text, String... more) {
    return with(Cli.onText(text, folder.resolve(OUT)), more);
  }

  /** The arguments of a tiny run on a text that is right. */
  String[] onGoodText(String... more) {
    return onText(right.resolve("text"), more);
  }

  /** The arguments of a tiny run on activations. */
  String[] onActivations(Path file, String... more) {
    List<String> all = new ArrayList<>(List.of("sae", "-q", "--out=" + folder.resolve(OUT)));
    all.addAll(Cli.TINY_AUTOENCODER);
    all.add("--activations=" + file);
    return with(all.toArray(String[]::new), more);
  }

  /** The arguments of a run on video. */
  String[] onVideo(Path video, String... more) {
    Path out = folder.resolve(OUT);
    String[] usual = {"genie", "train", "-q", "--out=" + out, "--video=" + video};
    return with(usual, more);
  }

  /** Options that take the place of those of the same name. */
  private static String[] with(String[] usual, String... more) {
    List<String> names = Stream.of(more).map(option -> option.replaceFirst("=.*", "=")).toList();
    Stream<String> kept = Stream.of(usual).filter(o -> names.stream().noneMatch(o::startsWith));
    return Stream.concat(kept, Stream.of(more)).toArray(String[]::new);
  }

  /** What all the files here hold, which no refusal may change. */
  Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file, new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    return contents;
  }
}
