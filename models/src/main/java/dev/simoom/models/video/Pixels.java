package dev.simoom.models.video;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Pixels of pictures as bytes of red, green and blue. */
final class Pixels {
  private Pixels() {}

  /** The pixel that starts at a byte, as 0xRRGGBB. */
  static int colour(byte[] rgb, int at) {
    return (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | rgb[at + 2] & 255;
  }

  /** Stores 0xRRGGBB. */
  static void store(int colour, byte[] rgb, int at) {
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }

  /** Stores all pixels of a picture, laid over white where it is transparent. */
  static void copy(BufferedImage image, byte[] rgb, int start) {
    ColorModel model = image.getColorModel();
    boolean grey =
        model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
            && !(model instanceof IndexColorModel);
    int[] row = new int[image.getWidth()];
    int at = start;
    for (int y = 0; y < image.getHeight(); y++) {
      if (grey) {
        greyRow(image.getRaster(), model, y, row);
      } else {
        image.getRGB(0, y, row.length, 1, row, 0, row.length);
      }
      for (int argb : row) {
        store(overWhite(argb), rgb, at);
        at += 3;
      }
    }
  }

  /** Java takes grey for linear light, which {@code getRGB} would lighten; in files it is sRGB. */
  private static void greyRow(Raster raster, ColorModel model, int y, int[] row) {
    int full = (1 << model.getComponentSize(0)) - 1;
    for (int x = 0; x < row.length; x++) {
      int level = scaled(raster.getSample(x, y, 0), full);
      int alpha = model.hasAlpha() ? scaled(raster.getSample(x, y, 1), full) : 255;
      row[x] = alpha << 24 | level * 0x010101;
    }
  }

  private static int scaled(int sample, int full) {
    return (int) ((sample * 255L * 2 + full) / (2L * full));
  }

  private static int overWhite(int argb) {
    int alpha = argb >>> 24;
    if (alpha == 255) {
      return argb;
    }
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int mixed = ((argb >> shift & 255) * alpha + 255 * (255 - alpha) + 127) / 255;
      colour |= mixed << shift;
    }
    return colour;
  }
}
