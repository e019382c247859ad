package dev.simoom.models.video;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first part of an .npy file (NumPy Enhancement Proposal 1 and its versions 2 and 3).
 *
 * @param type NumPy's name of the type, {@code <f4} for instance
 * @param fortran whether the first axis is the one whose neighbours lie side by side
 * @param shape the extents
 * @param bytes where the data begins
 */
record NpyHeader(String type, boolean fortran, long[] shape, int bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_LENGTH = 65_535;

  /** NumPy writes the header as a Python literal, always with these keys. */
  private static final Pattern TYPE = Pattern.compile("['\"]descr['\"]: *['\"]([^'\"]*)['\"]");

  private static final Pattern ORDER = Pattern.compile("['\"]fortran_order['\"]: *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]: *\\(([0-9L, ]*)\\)");

  /**
   * Reads it.
   *
   * @throws VideoException if it is none
   */
  static NpyHeader of(MemorySegment file, String name) throws VideoException {
    byte[] start = file.asSlice(0, Math.min(12, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    if (start.length < 10 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new VideoException(name + " is no .npy array, whatever its name says");
    }
    int version = start[6];
    int begin = version == 1 ? 10 : 12;
    if (version < 1 || version > 3) {
      throw new VideoException(
          "%s is an .npy array of version %d; save it with NumPy's save".formatted(name, version));
    }
    long length = begin > start.length ? 0 : length(file, version);
    if (length < 1 || length > Math.min(MAX_LENGTH, file.byteSize() - begin)) {
      throw new VideoException(name + " is cut off in its header; copy or save it anew");
    }
    byte[] text = file.asSlice(begin, length).toArray(ValueLayout.JAVA_BYTE);
    return of(new String(text, StandardCharsets.UTF_8), begin + (int) length, name);
  }

  private static long length(MemorySegment file, int version) {
    return version == 1
        ? file.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 8) & 0xffffL
        : file.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 8)
            & 0xffff_ffffL;
  }

  private static NpyHeader of(String text, int bytes, String name) throws VideoException {
    Matcher type = TYPE.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !order.find() || !shape.find()) {
      throw new VideoException(
          "%s has a header that does not tell its type, order and shape: %s"
              .formatted(name, text.strip().substring(0, Math.min(200, text.strip().length()))));
    }
    try {
      long[] extents =
          Arrays.stream(shape.group(1).replace("L", "").split(","))
              .map(String::strip)
              .filter(extent -> !extent.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      return new NpyHeader(type.group(1), order.group(1).equals("True"), extents, bytes);
    } catch (NumberFormatException e) {
      throw new VideoException("%s has a shape of (%s)".formatted(name, shape.group(1)));
    }
  }
}
