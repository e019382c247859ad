package dev.simoom.kernels.tornado.codegen;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/**
 * The folder in which kernels are written and found again: TornadoVM reads the bytes of a kernel's
 * class through the system class loader, so the folder must be on the class path.
 */
public final class KernelFolder {
  /** System property that names the folder. */
  public static final String PROPERTY = "simoom.kernels";

  private final Path folder;

  private KernelFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The folder that the property names.
   *
   * @throws IllegalStateException if it names none, or one that cannot be written or is not on the
   *     class path; the message says what to do
   */
  public static KernelFolder configured() {
    String name = System.getProperty(PROPERTY);
    if (name == null || name.isBlank()) {
      throw new IllegalStateException(
          "no folder for kernels: start Java with -D"
              + PROPERTY
              + "=FOLDER and with that FOLDER on the class path");
    }
    Path folder = Path.of(name).toAbsolutePath().normalize();
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, "probe", ".tmp");
      try {
        if (ClassLoader.getSystemResource(probe.getFileName().toString()) == null) {
          throw new IllegalStateException(
              "the folder for kernels, " + folder + ", is not on the class path; add it to -cp");
        }
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "the folder for kernels, " + folder + ", cannot be written (" + e + ")", e);
    }
    return new KernelFolder(folder);
  }

  /** Where kernels are written. */
  public Path path() {
    return folder;
  }

  /**
   * Writes a class, unless it is there already, and makes a task of it.
   *
   * @throws IllegalStateException if it cannot be written or loaded
   */
  public Object task(KernelWriter.Written written) {
    Path file = folder.resolve(written.name().replace('.', '/') + ".class");
    try {
      if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), written.bytes())) {
        write(file, written.bytes());
      }
      return ClassLoader.getSystemClassLoader()
          .loadClass(written.name())
          .getDeclaredConstructor()
          .newInstance();
    } catch (IOException e) {
      throw new IllegalStateException("cannot write the kernel " + file + " (" + e + ")", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "cannot load the kernel " + file + "; is " + folder + " on the class path?", e);
    }
  }

  /** Another process may write the same class: each file appears whole or not at all. */
  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = Files.createTempFile(file.getParent(), "kernel", ".part");
    Files.write(part, bytes);
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
