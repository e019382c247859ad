package dev.simoom.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory for large buffers in pages of 2 MiB, where the system is Linux and hands them out to those
 * who ask: kernels then rarely wait for addresses to be translated.
 *
 * <p>Such memory is mapped, not allocated, for it must be asked for before it is first touched.
 */
final class LargePages {
  /** Smaller buffers are not worth a page of this size. */
  private static final long LEAST = 4 << 20;

  private static final long PAGE = 2 << 20;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int HUGE_PAGES = 14;
  private static final long FAILED = -1;

  private static final boolean OFFERED =
      System.getProperty("os.name").equals("Linux") && !Boolean.getBoolean("simoom.small.pages");

  private LargePages() {}

  /** Whether a buffer of so many bytes should lie in large pages. */
  static boolean suit(long bytes) {
    return OFFERED && bytes >= LEAST;
  }

  /**
   * Zeroed memory that is given back when the arena is closed.
   *
   * @throws OutOfMemoryError if the system refuses
   */
  static MemorySegment allocate(long bytes, Arena arena) {
    long mapped = (bytes + 2 * PAGE - 1) & -PAGE;
    long start = Calls.map(mapped);
    if (start == FAILED) {
      throw new OutOfMemoryError("the system refuses to map " + bytes + " bytes");
    }
    long first = (start + PAGE - 1) & -PAGE;
    // A refusal leaves ordinary pages, which are as good but slower.
    Calls.advise(first, mapped - (first - start));
    return MemorySegment.ofAddress(first)
        .reinterpret(bytes, arena, _ -> Calls.unmap(start, mapped));
  }

  /** The system's functions, looked up where they are needed first. */
  private static final class Calls {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final MethodHandle MMAP =
        handle("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
    private static final MethodHandle MADVISE =
        handle("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT));
    private static final MethodHandle MUNMAP =
        handle("munmap", FunctionDescriptor.of(INT, LONG, LONG));

    private static MethodHandle handle(String name, FunctionDescriptor type) {
      Linker linker = Linker.nativeLinker();
      SymbolLookup library = linker.defaultLookup();
      return linker.downcallHandle(library.findOrThrow(name), type);
    }

    static long map(long bytes) {
      try {
        return (long) MMAP.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      } catch (Throwable e) {
        throw new IllegalStateException("mmap", e);
      }
    }

    static void advise(long start, long bytes) {
      try {
        int _ = (int) MADVISE.invokeExact(start, bytes, HUGE_PAGES);
      } catch (Throwable e) {
        throw new IllegalStateException("madvise", e);
      }
    }

    static void unmap(long start, long bytes) {
      try {
        int _ = (int) MUNMAP.invokeExact(start, bytes);
      } catch (Throwable e) {
        throw new IllegalStateException("munmap", e);
      }
    }
  }
}
