package dev.simoom.models.play;

import dev.simoom.models.video.Picture;
import dev.simoom.models.video.Video;

/** Frames of one size as PNG files. */
record FrameImages(int height, int width) {

  byte[] png(byte[] rgb) {
    return Picture.png(new Video(1, height, width, rgb).image(0));
  }
}
