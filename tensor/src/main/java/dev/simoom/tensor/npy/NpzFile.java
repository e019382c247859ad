package dev.simoom.tensor.npy;

import dev.simoom.kernels.Buffer;
import dev.simoom.tensor.files.Names;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * An npz archive: a zip of npy files, stored or deflated, as NumPy's {@code savez} and {@code
 * savez_compressed} write it.
 *
 * <p>Only the list of its files is read when it is opened. Other files in it than npy are passed
 * over.
 */
public final class NpzFile implements AutoCloseable {
  static final String ENDING = ".npy";
  private static final int PIECE_BYTES = 1 << 15;

  private final Path path;
  private final ZipFile zip;
  private final SequencedMap<String, ZipEntry> entries;

  private NpzFile(Path path, ZipFile zip, SequencedMap<String, ZipEntry> entries) {
    this.path = path;
    this.zip = zip;
    this.entries = entries;
  }

  /**
   * Opens an archive.
   *
   * @throws NpyException if it is no zip file, or has two arrays of one name
   * @throws IOException if it cannot be read
   */
  public static NpzFile open(Path path) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(path.toFile());
    } catch (ZipException e) {
      throw new NpyException(path.toString(), "is no npz archive: " + e.getMessage());
    } catch (EOFException e) {
      throw new NpyException(path.toString(), "is cut off; copy or save it anew");
    }
    try {
      SequencedMap<String, ZipEntry> entries = new LinkedHashMap<>();
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator) {
        add(path, entry, entries);
      }
      return new NpzFile(path, zip, entries);
    } catch (Throwable e) {
      zip.close();
      throw e;
    }
  }

  private static void add(Path path, ZipEntry entry, SequencedMap<String, ZipEntry> entries)
      throws NpyException {
    String file = entry.getName();
    if (file.endsWith(ENDING)) {
      String name = file.substring(0, file.length() - ENDING.length());
      if (entries.putIfAbsent(name, entry) != null) {
        throw new NpyException(name(path, name), "stands twice in the archive");
      }
    }
  }

  private static String name(Path path, String array) {
    return path + ": array " + Names.quote(array);
  }

  /** Names of the arrays, without the ending, in the order of the archive. */
  public List<String> names() {
    return List.copyOf(entries.sequencedKeySet());
  }

  /** Whether there is an array of that name. */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * Unpacks one array into native memory, which is the array's and stays after this archive is
   * closed.
   *
   * @param name without the ending
   * @throws NpyException if there is none of that name, it breaks the format, its checksum is
   *     another, or its elements are of a type that is not read
   * @throws IOException if the archive cannot be read
   * @throws IllegalStateException if the archive is closed
   */
  public NpyArray array(String name) throws IOException {
    String what = name(path, name);
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      List<String> shown = names().subList(0, Math.min(8, entries.size()));
      throw new NpyException(
          what, "not in this archive, whose %d are %s".formatted(entries.size(), shown));
    }
    try {
      requireWhole(what, entry);
      Buffer buffer = Buffer.allocate(what, entry.getSize());
      try {
        fill(entry, buffer.segment());
        return NpyArray.of(what, buffer.content(), buffer::close);
      } catch (Throwable e) {
        buffer.close();
        throw e;
      }
    } catch (ZipException | EOFException e) {
      throw new NpyException(what, "cannot be unpacked: " + e.getMessage());
    }
  }

  /** A pass of its own, since memory is not to be taken on the word of a broken archive. */
  private void requireWhole(String what, ZipEntry entry) throws IOException {
    CRC32 sum = new CRC32();
    long count =
        unpack(entry, entry.getSize() + 1, (piece, _, bytes) -> sum.update(piece, 0, bytes));
    if (count != entry.getSize() || sum.getValue() != entry.getCrc()) {
      throw new NpyException(what, "has not the size or checksum that the archive tells");
    }
  }

  private void fill(ZipEntry entry, MemorySegment target) throws IOException {
    unpack(
        entry,
        target.byteSize(),
        (piece, at, bytes) ->
            MemorySegment.copy(piece, 0, target, ValueLayout.JAVA_BYTE, at, bytes));
  }

  private interface PieceTask {
    void run(byte[] piece, long at, int bytes);
  }

  /** Passes on what an entry holds, at most a number of bytes, and says how many there were. */
  private long unpack(ZipEntry entry, long most, PieceTask task) throws IOException {
    byte[] piece = new byte[(int) Math.min(PIECE_BYTES, most)];
    long at = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      while (at < most) {
        int n = in.read(piece, 0, (int) Math.min(piece.length, most - at));
        if (n < 0) {
          break;
        }
        task.run(piece, at, n);
        at += n;
      }
    }
    return at;
  }

  /**
   * Closes the archive; closing twice does nothing.
   *
   * @throws IOException if the system refuses
   */
  @Override
  public void close() throws IOException {
    zip.close();
  }
}
