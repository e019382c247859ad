package dev.simoom.bench.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sizes of the data caches in bytes, as Linux tells them; elsewhere common ones.
 *
 * @param level1 of one core
 * @param level2 of one core
 * @param lastLevel shared
 */
public record Caches(long level1, long level2, long lastLevel) {
  private static final Path FOLDER = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** Those of this machine. */
  public static Caches ofThisMachine() {
    long one = 32 << 10;
    long two = 1 << 20;
    long last = 16 << 20;
    for (int i = 0; Files.isDirectory(FOLDER.resolve("index" + i)); i++) {
      Path index = FOLDER.resolve("index" + i);
      long bytes = bytes(read(index.resolve("size")));
      if (bytes > 0 && !read(index.resolve("type")).equals("Instruction")) {
        switch (read(index.resolve("level"))) {
          case "1" -> one = bytes;
          case "2" -> two = bytes;
          case "3" -> last = bytes;
          default -> {}
        }
      }
    }
    return new Caches(one, two, Math.max(last, two));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** A size such as 32K or 1M. */
  static long bytes(String size) {
    if (!size.matches("\\d+[KMG]?")) {
      return 0;
    }
    long unit =
        switch (size.charAt(size.length() - 1)) {
          case 'K' -> 1L << 10;
          case 'M' -> 1L << 20;
          case 'G' -> 1L << 30;
          default -> 1;
        };
    return unit * Long.parseLong(unit == 1 ? size : size.substring(0, size.length() - 1));
  }
}
