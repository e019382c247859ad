package dev.simoom.models.play;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Serves the fake world, for work on the page: {@code PlayDemo [port] [starts] [millis]}. */
final class PlayDemo {
  private PlayDemo() {}

  static void main(String[] args) throws IOException {
    int[] numbers = {8080, 9, 0};
    for (int i = 0; i < args.length; i++) {
      numbers[i] = Integer.parseInt(args[i]);
    }
    PlayServer server = start(new FakeWorld(numbers[1], numbers[2]), numbers[0]);
    IO.println(server.address());
  }

  static PlayServer start(PlayableWorld world, int port) throws IOException {
    return PlayServer.start(world, PlayDemo::read, PlayDemo::writeGif, PlayServer.LOOPBACK, port);
  }

  /** Stands in for the reader of pictures: stretches instead of cropping. */
  private static byte[] read(byte[] file, int maxPixels, int height, int width) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("That is no picture");
      }
      ImageReader reader = readers.next();
      reader.setInput(in, true, true);
      if ((long) reader.getWidth(0) * reader.getHeight(0) > maxPixels) {
        throw new IOException("The picture has too many pixels");
      }
      return scaled(reader.read(0), height, width);
    }
  }

  private static byte[] scaled(BufferedImage image, int height, int width) {
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    byte[] rgb = new byte[height * width * 3];
    for (int i = 0; i < height * width; i++) {
      int colour = small.getRGB(i % width, i / width);
      rgb[3 * i] = (byte) (colour >> 16);
      rgb[3 * i + 1] = (byte) (colour >> 8);
      rgb[3 * i + 2] = (byte) colour;
    }
    return rgb;
  }

  /** Stands in for the writer of GIFs: a head that tells the size, and the number of frames. */
  private static void writeGif(OutputStream out, int frames, int height, int width, byte[] rgb)
      throws IOException {
    if (rgb.length != frames * height * width * 3) {
      throw new IllegalArgumentException("not " + frames + " frames: " + rgb.length + " bytes");
    }
    out.write("GIF89a %dx%d, %d frames".formatted(width, height, frames).getBytes());
  }
}
