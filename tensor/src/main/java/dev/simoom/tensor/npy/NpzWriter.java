package dev.simoom.tensor.npy;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.AtomicFiles;
import dev.simoom.tensor.Shape;
import dev.simoom.tensor.files.Names;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Collects tensors and writes them to an npz archive, stored and not deflated, each value as {@link
 * NpyWriter} does; the same tensors, added in the same order, give the same bytes.
 */
public final class NpzWriter {
  private static final int LONGEST_NAME = 0xffff;

  /** The first day that a zip can tell, which NumPy writes too. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Map<String, NpySource> sources = new LinkedHashMap<>();

  /** A writer without arrays. */
  public NpzWriter() {}

  /**
   * Adds a tensor.
   *
   * @param name without the ending {@code .npy}
   * @param data its elements in rows-first order as they lie in memory, truth values as 32-bit
   *     integers; read when the file is written
   * @throws IllegalArgumentException if the name is taken or longer than a zip allows, or the data
   *     has not the size that shape and type ask for
   */
  public NpzWriter add(String name, DType type, Shape shape, MemorySegment data) {
    if ((name + NpzFile.ENDING).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("the name of an array takes more than 65535 bytes");
    }
    NpySource source = new NpySource("array " + Names.quote(name), type, shape, data);
    if (sources.putIfAbsent(name, source) != null) {
      throw new IllegalArgumentException("array " + Names.quote(name) + " was added twice");
    }
    return this;
  }

  /**
   * Writes the archive; its folder must exist.
   *
   * @throws NpyException if a truth value is neither 0 nor 1
   * @throws IOException if it cannot be written; a file that was there before is then as it was
   */
  public void write(Path target) throws IOException {
    AtomicFiles.write(target, this::writeTo);
  }

  private void writeTo(FileChannel channel) throws IOException {
    // Not closed, for that would close the channel before it is forced to the disk.
    ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
    for (Map.Entry<String, NpySource> named : sources.entrySet()) {
      NpySource source = named.getValue();
      CRC32 sum = new CRC32();
      source.write(sum::update);
      ZipEntry entry = new ZipEntry(named.getKey() + NpzFile.ENDING);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(source.fileBytes());
      entry.setCrc(sum.getValue());
      entry.setTimeLocal(TIME);
      zip.putNextEntry(entry);
      source.write(bytes -> copy(bytes, zip));
      zip.closeEntry();
    }
    zip.finish();
  }

  private static void copy(ByteBuffer bytes, ZipOutputStream zip) throws IOException {
    byte[] piece = new byte[Math.min(bytes.remaining(), 1 << 16)];
    while (bytes.hasRemaining()) {
      int n = Math.min(piece.length, bytes.remaining());
      bytes.get(piece, 0, n);
      zip.write(piece, 0, n);
    }
  }
}
