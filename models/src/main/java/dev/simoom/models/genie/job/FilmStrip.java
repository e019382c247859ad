package dev.simoom.models.genie.job;

import dev.simoom.models.video.Picture;
import dev.simoom.models.video.Video;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Rows of frames side by side as one picture. */
final class FilmStrip {
  private static final int SCALE = 2;
  private static final int GAP = 4;

  private final int height;
  private final int width;
  private final List<List<byte[]>> rows = new ArrayList<>();

  FilmStrip(int height, int width) {
    this.height = height;
    this.width = width;
  }

  /** Adds a row of frames [height][width][3]. */
  FilmStrip add(List<byte[]> frames) {
    rows.add(List.copyOf(frames));
    return this;
  }

  /** The picture as a PNG in the form that a page holds. */
  String dataUri() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(1);
    int stepX = SCALE * width + GAP;
    int stepY = SCALE * height + GAP;
    BufferedImage picture =
        new BufferedImage(
            columns * stepX - GAP,
            Math.max(1, rows.size() * stepY - GAP),
            BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setBackground(new Color(0, 0, 0, 0));
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        Video frame = new Video(1, height, width, rows.get(row).get(column));
        graphics.drawImage(
            frame.image(0), column * stepX, row * stepY, SCALE * width, SCALE * height, null);
      }
    }
    graphics.dispose();
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(Picture.png(picture));
  }
}
