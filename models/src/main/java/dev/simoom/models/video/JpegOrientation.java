package dev.simoom.models.video;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a camera was held, tag 0x0112 of Exif 2.3: most phones store pictures lying and note here how
 * to turn them.
 *
 * @param value 1 to 8; 1 where nothing is to be done
 */
record JpegOrientation(int value) {
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TAG = 0x0112;
  private static final int APP1 = 0xe1;
  private static final int START_OF_SCAN = 0xda;

  /** What a JPEG says, or 1 if it says nothing that can be understood. */
  static JpegOrientation of(byte[] jpeg) {
    ByteBuffer bytes = ByteBuffer.wrap(jpeg);
    int at = 2;
    while (at + 4 <= jpeg.length && jpeg[at] == (byte) 0xff) {
      int marker = jpeg[at + 1] & 255;
      int end = at + 2 + (bytes.getShort(at + 2) & 0xffff);
      if (marker == START_OF_SCAN || end > jpeg.length) {
        break;
      }
      int start = at + 4;
      if (marker == APP1
          && end - start > EXIF.length
          && Arrays.equals(jpeg, start, start + EXIF.length, EXIF, 0, EXIF.length)) {
        int length = end - start - EXIF.length;
        return new JpegOrientation(inTiff(bytes.slice(start + EXIF.length, length)));
      }
      at = end;
    }
    return new JpegOrientation(1);
  }

  private static int inTiff(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return 1;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (directory + 2 > tiff.limit()) {
      return 1;
    }
    int entries = tiff.getShort((int) directory) & 0xffff;
    for (long at = directory + 2; entries > 0 && at + 12 <= tiff.limit(); at += 12, entries--) {
      if ((tiff.getShort((int) at) & 0xffff) == TAG) {
        int value = tiff.getShort((int) at + 8);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /** A picture the right way up. */
  Video apply(Video stored) {
    if (value == 1) {
      return stored;
    }
    boolean swapped = value >= 5;
    boolean upsideDown = value == 3 || value == 4 || value == 6 || value == 7;
    boolean mirrored = value == 2 || value == 3 || value == 7 || value == 8;
    int height = swapped ? stored.width() : stored.height();
    int width = swapped ? stored.height() : stored.width();
    byte[] turned = new byte[stored.rgb().length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int row = swapped ? x : y;
        int column = swapped ? y : x;
        row = upsideDown ? stored.height() - 1 - row : row;
        column = mirrored ? stored.width() - 1 - column : column;
        System.arraycopy(stored.rgb(), (row * stored.width() + column) * 3, turned, at, 3);
        at += 3;
      }
    }
    return new Video(1, height, width, turned);
  }
}
