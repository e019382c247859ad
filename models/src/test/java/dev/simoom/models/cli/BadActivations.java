package dev.simoom.models.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of {@link BadInputTest}: files of activations that cannot be trained on. */
final class BadActivations {
  private static final int ROWS = 60;

  private BadActivations() {}

  static List<BadInput> rows() {
    List<BadInput> rows = new ArrayList<>(files());
    rows.addAll(headers());
    rows.addAll(tensors());
    rows.addAll(values());
    return rows;
  }

  private static BadInput row(String kind, String words, BadInput.Command command) {
    return new BadInput(kind, 1, words, command);
  }

  private static BadInput header(String kind, String words, String header) {
    return row(kind, words, desk -> desk.onActivations(desk.tensors(header, new byte[32])));
  }

  /** The header of one tensor. */
  private static String one(String type, String shape, String offsets) {
    return two("acts", type, shape, offsets, "");
  }

  private static String two(String name, String type, String shape, String offsets, String more) {
    return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}%s}"
        .formatted(name, type, shape, offsets, more);
  }

  /** Another tensor, to stand behind one of [0, 16]. */
  private static String also(String name, String offsets) {
    return ",\"%s\":{\"dtype\":\"F32\",\"shape\":[1,4],\"data_offsets\":%s}"
        .formatted(name, offsets);
  }

  private static List<BadInput> files() {
    return List.of(
        new BadInput(
            "no file of activations",
            2,
            "--activations: nowhere does not exist",
            desk -> desk.onActivations(Path.of("nowhere"))),
        row(
            "an empty file",
            "too few for the length",
            desk -> desk.onActivations(desk.file("a", ""))),
        row(
            "a file of seven bytes",
            "has 7 bytes",
            desk -> desk.onActivations(desk.file("a", "1234567"))),
        row(
            "a file of prose",
            "is this a safetensors file?",
            desk -> desk.onActivations(desk.file("a", "This is no file of tensors."))),
        row(
            "a folder as a file",
            "is a folder, not a file",
            desk -> desk.onActivations(desk.folder())),
        row(
            "a header longer than the file",
            "ends inside its header: 500 bytes claimed, 2 there",
            desk -> desk.onActivations(desk.tensors(500, "{}"))),
        row(
            "a huge header",
            "claims a header of 9223372036854775807 bytes",
            desk -> desk.onActivations(desk.tensors(Long.MAX_VALUE, "{}"))),
        row(
            "a header of negative length",
            "claims a header of 18446744073709551615 bytes",
            desk -> desk.onActivations(desk.tensors(-1, "{}"))),
        row(
            "a header that is not UTF-8",
            "the header is not UTF-8 text",
            desk -> {
              Path file = desk.tensors(one("F32", "[2,4]", "[0,32]"), new byte[32]);
              byte[] bytes = Files.readAllBytes(file);
              bytes[10] = (byte) 0xff;
              return desk.onActivations(desk.file("a", bytes));
            }));
  }

  private static List<BadInput> headers() {
    return List.of(
        header("a header cut short", "the header is not JSON", "{\"acts\":{\"dtype\":"),
        header("a header that is a list", "does not start with '{'", "[1,2]"),
        header(
            "a name that comes twice",
            "stands twice in one object",
            two("a", "F32", "[1,4]", "[0,16]", also("a", "[16,32]"))),
        header("a header without a type", "dtype is missing", "{\"a\":{\"shape\":[2,4]}}"),
        header("a type that there is not", "unknown dtype 'F9'", one("F9", "[2,4]", "[0,32]")),
        header(
            "overlapping tensors",
            "inside the data before it",
            two("a", "F32", "[1,4]", "[0,16]", also("b", "[8,24]"))),
        header(
            "a gap between tensors",
            "not at the end of the data before it",
            two("a", "F32", "[1,4]", "[0,16]", also("b", "[20,36]"))),
        header("data cut short", "but the file has 32", one("F32", "[4,4]", "[0,64]")),
        header("data that is too long", "but the file has 32", one("F32", "[1,4]", "[0,16]")),
        header("a size that lies", "takes 48 bytes", one("F32", "[3,4]", "[0,32]")),
        header("a negative offset", "data_offsets holds something", one("F32", "[2,4]", "[-32,0]")),
        header("a negative extent", "shape holds something", one("F32", "[-2,-4]", "[0,32]")),
        header("half a row", "shape holds something", one("F32", "[2.5,4]", "[0,40]")),
        header(
            "an extent beyond long",
            "shape holds something",
            one("F32", "[99999999999999999999,4]", "[0,32]")),
        header(
            "a shape beyond long",
            "has more elements than any memory can hold",
            one("F32", "[4294967296,4294967296,4]", "[0,32]")));
  }

  private static List<BadInput> tensors() {
    return List.of(
        row(
            "no tensors",
            "no tensor can hold activations",
            desk -> desk.onActivations(desk.tensors("{}"))),
        header("whole numbers", "it has [acts I32[2, 4]]", one("I32", "[2,4]", "[0,32]")),
        header("numbers of eight bits", "it has [acts F8_E4M3", one("F8_E4M3", "[8,4]", "[0,32]")),
        header("one axis only", "it has [acts F32[8]]", one("F32", "[8]", "[0,32]")),
        row(
            "no rows",
            "it has [acts F32[0, 4]]",
            desk -> desk.onActivations(desk.tensors(one("F32", "[0,4]", "[0,0]")))),
        row(
            "no columns",
            "it has [acts F32[4, 0]]",
            desk -> desk.onActivations(desk.tensors(one("F32", "[4,0]", "[0,0]")))),
        header(
            "two tensors and no --tensor",
            "2 tensors can hold activations, name one: [a, b]",
            two("a", "F32", "[1,4]", "[0,16]", also("b", "[16,32]"))),
        row(
            "two rows",
            "the run needs 4 columns and at least 3 rows",
            desk -> desk.onActivations(desk.rows(2, values -> values))),
        new BadInput(
            "no tensor of that name",
            2,
            "--tensor: no 'act' in ",
            desk -> desk.onActivations(desk.rows(ROWS, values -> values), "--tensor=act")),
        new BadInput(
            "a layer beside activations",
            2,
            "leave out --layer",
            desk -> desk.onActivations(desk.rows(ROWS, values -> values), "--layer=1")),
        new BadInput(
            "a width beside activations",
            2,
            "leave out --width",
            desk -> desk.onActivations(desk.rows(ROWS, values -> values), "--width=4")));
  }

  private static BadInput value(String kind, int row, float value, String words) {
    return row(
        kind,
        words,
        desk ->
            desk.onActivations(
                desk.rows(
                    ROWS,
                    values -> {
                      values[4 * row + 2] = value;
                      return values;
                    })));
  }

  private static List<BadInput> values() {
    return List.of(
        value("NaN in a row", 17, Float.NaN, "safetensors: 'acts' has NaN in row 17, column 2"),
        value("infinity in a row", 17, Float.POSITIVE_INFINITY, "has Infinity in row 17, column 2"),
        value("NaN in the last row, which is held out", 59, Float.NaN, "has NaN in row 59"),
        row(
            "rows of zeros",
            "there is nothing to learn from them",
            desk -> desk.onActivations(desk.rows(ROWS, values -> new float[values.length]))),
        row(
            "rows that are all the same",
            "there is nothing to learn from them",
            desk ->
                desk.onActivations(
                    desk.rows(
                        ROWS,
                        values -> {
                          Arrays.fill(values, 3);
                          return values;
                        }))));
  }
}
