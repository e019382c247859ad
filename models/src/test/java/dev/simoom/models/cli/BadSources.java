package dev.simoom.models.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of {@link BadInputTest}: text, video, and folders for results. */
final class BadSources {
  private static final byte[] PNG_HEAD = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private BadSources() {}

  static List<BadInput> rows() {
    List<BadInput> rows = new ArrayList<>(texts());
    rows.addAll(videos());
    rows.addAll(results());
    return rows;
  }

  private static BadInput text(String kind, String words, String name, byte... content) {
    return row(kind, words, desk -> desk.onText(desk.file(name, content)));
  }

  private static BadInput row(String kind, String words, BadInput.Command command) {
    return new BadInput(kind, 1, words, command);
  }

  private static List<BadInput> texts() {
    byte[] umlauts = "größer\n".repeat(300).getBytes(ISO_8859_1);
    byte[] wide = "larger\n".repeat(300).getBytes(UTF_16);
    return List.of(
        text("an empty text", "of 1 files none is UTF-8 text", "empty.txt"),
        text(
            "a text of white space",
            "none is UTF-8 text",
            "blank.txt",
            " \n".repeat(999).getBytes()),
        text("a text in Latin-1", "none is UTF-8 text; name text files", "latin.txt", umlauts),
        text("a text in UTF-16", "none is UTF-8 text; name text files", "wide.txt", wide),
        text("no text but numbers", "none is UTF-8 text", "numbers", (byte) 1, (byte) 0, (byte) 2),
        text("a text of one byte", "has a single byte of text", "a.txt", (byte) 'a'),
        text(
            "a text shorter than the context",
            "use more --text or a smaller --context",
            "short.txt",
            "one line\n".repeat(20).getBytes()),
        row(
            "a limit below the context",
            "use more --text or a smaller --context",
            desk -> desk.onGoodText("--text-bytes=40")),
        row(
            "a folder without text",
            "there are no files; name text files with --text",
            desk -> desk.onText(Files.createDirectory(desk.folder().resolve("empty")))),
        new BadInput(
            "a link to nowhere",
            2,
            "does not exist; name a file or a folder",
            desk -> desk.onText(link(desk, "gone"))),
        new BadInput(
            "a link to itself",
            2,
            "does not exist; name a file",
            desk -> desk.onText(link(desk, "link"))));
  }

  private static Path link(Desk desk, String target) throws Exception {
    return Files.createSymbolicLink(desk.folder().resolve("link"), Path.of(target));
  }

  private static BadInput video(String kind, String words, String name, byte... content) {
    return row(
        kind,
        words,
        desk -> {
          Path folder = Files.createDirectory(desk.folder().resolve("video"));
          Files.write(folder.resolve(name), content);
          return desk.onVideo(folder);
        });
  }

  private static List<BadInput> videos() {
    byte[] magic = "\u0093NUMPX\u0001\0".getBytes(ISO_8859_1);
    return List.of(
        row(
            "a folder without video",
            "is empty; give a folder of PNG or JPEG frames",
            desk -> desk.onVideo(Files.createDirectory(desk.folder().resolve("empty")))),
        video("no video but text", "has nothing but read.me; give a folder", "read.me", (byte) 'x'),
        video(
            "npy with the wrong magic", "is no npy array, whatever its name says", "a.npy", magic),
        video("npy cut in its header", "npy", "a.npy", npy("{'descr'")),
        video(
            "npy of another type",
            "save it as uint8",
            "a.npy",
            npy("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 1, 1, 3), }")),
        video(
            "npy of another shape",
            "frames are [time, height, width, 3]",
            "a.npy",
            npy("{'descr': '|u1', 'fortran_order': False, 'shape': (0, 3), }")),
        video(
            "npy that claims more than it has",
            "a.npy",
            "a.npy",
            npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 9, 9, 3), }")),
        video(
            "npy of a shape beyond long",
            "a.npy",
            "a.npy",
            npy(
                "{'descr': '|u1', 'fortran_order': False,"
                    + " 'shape': (4294967296, 4294967296, 9, 3), }")),
        video("a GIF that is none", "a.gif", "a.gif", "GIF87".getBytes()),
        video("frames that are none", "a.png", "a.png", PNG_HEAD));
  }

  /** An npy file of version 1 with a header and no data. */
  private static byte[] npy(String header) {
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) 118, 0};
    byte[] all = Arrays.copyOf(start, 128);
    Arrays.fill(all, start.length, all.length - 1, (byte) ' ');
    byte[] text = header.getBytes(ISO_8859_1);
    System.arraycopy(text, 0, all, start.length, text.length);
    all[all.length - 1] = '\n';
    return all;
  }

  private static List<BadInput> results() {
    return List.of(
        row(
            "results in the place of a file",
            "exists and is no folder",
            desk -> {
              desk.file(Desk.OUT, "mine");
              return desk.onGoodText();
            }),
        row(
            "results below a file",
            "Not a directory",
            desk -> desk.onGoodText("--out=" + desk.file("mine", "").resolve("run"))),
        row(
            "results under a name that is too long",
            "too long",
            desk -> desk.onGoodText("--out=" + desk.folder().resolve("n".repeat(300)))),
        row(
            "a folder where the metrics go",
            "is a folder and cannot be written as a file",
            desk -> {
              Files.createDirectories(desk.folder().resolve(Desk.OUT).resolve("metrics.jsonl/x"));
              return desk.onGoodText();
            }),
        new BadInput(
            "results in the place of a run",
            2,
            "holds a run already; name another or --resume it",
            desk -> desk.onGoodText("--out=" + desk.copy("run"))));
  }
}
