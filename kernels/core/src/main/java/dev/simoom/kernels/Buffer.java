package dev.simoom.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A piece of native memory that kernels read and write, aligned to 64 bytes and zeroed when made.
 *
 * <p>Closing it gives the memory back; any later use is an {@link IllegalStateException} that names
 * the buffer. The last 64 bytes past {@link #bytes()} belong to the buffer too, so that a kernel
 * may read, never write, one full vector beyond the end.
 */
public final class Buffer implements AutoCloseable {
  static final int ALIGNMENT = 64;

  private final String name;
  private final @Nullable Arena arena;
  private final MemorySegment segment;
  private final long address;
  private final long bytes;
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicLong version = new AtomicLong();
  private volatile @Nullable DeviceCopy newer;

  private Buffer(String name, @Nullable Arena arena, MemorySegment segment, long bytes) {
    this.name = name;
    this.arena = arena;
    this.segment = segment;
    this.address = segment.address();
    this.bytes = bytes;
    if (arena != null) {
      LiveBuffers.opened(this);
    }
  }

  /**
   * Allocates zeroed memory.
   *
   * @param name what it holds, for error messages and the list of live buffers
   * @param bytes size, zero or more
   * @throws OutOfMemoryError if the system refuses
   */
  public static Buffer allocate(String name, long bytes) {
    checkSize(name, bytes);
    Arena arena = Arena.ofShared();
    try {
      MemorySegment all =
          LargePages.suit(bytes)
              ? LargePages.allocate(bytes + ALIGNMENT, arena)
              : arena.allocate(bytes + ALIGNMENT, ALIGNMENT);
      return new Buffer(name, arena, all.asSlice(0, bytes), bytes);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw refused(name, bytes, e);
    }
  }

  /**
   * Allocates zeroed memory that lives until the garbage collector finds the buffer unreachable; it
   * is not counted among the live ones.
   *
   * @param name what it holds, for error messages
   * @param bytes size, zero or more
   * @throws OutOfMemoryError if the system refuses
   */
  public static Buffer collected(String name, long bytes) {
    checkSize(name, bytes);
    try {
      MemorySegment all = Arena.ofAuto().allocate(bytes + ALIGNMENT, ALIGNMENT);
      return new Buffer(name, null, all.asSlice(0, bytes), bytes);
    } catch (OutOfMemoryError e) {
      throw refused(name, bytes, e);
    }
  }

  private static void checkSize(String name, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("buffer '" + name + "': size " + bytes + " is negative");
    }
    if (bytes > Long.MAX_VALUE / 2) {
      throw new OutOfMemoryError("buffer '" + name + "': no machine has " + bytes + " bytes");
    }
  }

  private static OutOfMemoryError refused(String name, long bytes, OutOfMemoryError cause) {
    return new OutOfMemoryError(
        "buffer '%s' of %,d bytes cannot be had beside %,d bytes in %,d live buffers: %s"
            .formatted(name, bytes, LiveBuffers.bytes(), LiveBuffers.count(), cause.getMessage()));
  }

  /**
   * Makes a buffer of memory that something else owns, a mapped file for example.
   *
   * @param name what it holds
   * @param segment native memory; stays reachable through this buffer
   * @param owner closed with this buffer
   * @throws IllegalArgumentException if the segment is on the heap
   */
  public static Buffer wrap(String name, MemorySegment segment, Arena owner) {
    requireNative(name, segment);
    return new Buffer(name, owner, segment, segment.byteSize());
  }

  /**
   * Makes a buffer of memory whose lifetime is not this buffer's business, such as that of an
   * automatic arena; it is not counted among the live ones.
   *
   * @param name what it holds
   * @param segment native memory; stays reachable through this buffer
   * @throws IllegalArgumentException if the segment is on the heap
   */
  public static Buffer wrap(String name, MemorySegment segment) {
    requireNative(name, segment);
    return new Buffer(name, null, segment, segment.byteSize());
  }

  private static void requireNative(String name, MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "buffer '" + name + "': kernels need native memory, got " + segment);
    }
  }

  /** What the buffer holds. */
  public String name() {
    return name;
  }

  /** Usable size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Whether the memory is still there. */
  public boolean isOpen() {
    return open.get();
  }

  /**
   * First byte in the process's address space.
   *
   * @throws IllegalStateException if closed
   */
  public long address() {
    touch();
    return address;
  }

  /**
   * The memory as a segment of {@link #bytes()} bytes, to be read or written at once: after the
   * next run of an executable it may be out of date.
   *
   * @throws IllegalStateException if closed
   */
  public MemorySegment segment() {
    touch();
    return segment;
  }

  /**
   * The content, to be read only: copies of it on a device stay valid.
   *
   * @throws IllegalStateException if closed
   */
  public MemorySegment content() {
    fetch();
    return segment.asReadOnly();
  }

  /**
   * A number that changes whenever the content may have: when the memory is asked for to be
   * written, and when a device has newer content.
   */
  public long version() {
    return version.get();
  }

  /**
   * Says that a device has newer content, which is fetched when the memory is next asked for.
   *
   * @param copy where the content is
   */
  public void supersededBy(DeviceCopy copy) {
    checkOpen();
    newer = copy;
    version.incrementAndGet();
  }

  /** Whether the newest content is that of a given copy. */
  public boolean isSupersededBy(DeviceCopy copy) {
    return newer == copy;
  }

  private void touch() {
    fetch();
    version.incrementAndGet();
  }

  private void fetch() {
    checkOpen();
    DeviceCopy copy = newer;
    if (copy != null) {
      copy.fetch(segment);
      newer = null;
    }
  }

  private void checkOpen() {
    if (!open.get()) {
      throw new IllegalStateException("'" + name + "' was used after it was closed");
    }
  }

  /** Gives the memory back; closing twice does nothing. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false) && arena != null) {
      LiveBuffers.closed(this);
      arena.close();
    }
  }

  @Override
  public String toString() {
    return name + " [" + bytes + " bytes" + (isOpen() ? "]" : ", closed]");
  }
}
