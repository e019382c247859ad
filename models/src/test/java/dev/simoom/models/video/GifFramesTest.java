package dev.simoom.models.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;

/** What is seen on the screen after each frame, as rows of k(black)rgb and w(hite) where empty. */
class GifFramesTest {
  private static List<String[]> shown(byte[] gif) throws IOException {
    GifFrames frames = new GifFrames(gif, 1000, "a.gif");
    List<String[]> screens = new ArrayList<>();
    for (int i = 0; i < frames.frames(); i++) {
      screens.add(GifBuilder.show(frames.next(), frames.width()));
    }
    return screens;
  }

  @Test
  void framesAreDrawnOverWhatTheLastOnesLeft() throws IOException {
    byte[] gif =
        new GifBuilder(4, 3)
            .comment()
            .frame(1, 0, "rr", "rr")
            .control(1, 'g')
            .frame(0, 1, "bgb", "ggg")
            .comment()
            .frame(3, 2, "k")
            .bytes();
    assertThat(shown(gif))
        .containsExactly(
            new String[] {"wrrw", "wrrw", "wwww"},
            new String[] {"wrrw", "brbw", "wwww"},
            new String[] {"wrrw", "brbw", "wwwk"});
  }

  @Test
  void disposalEmptiesOrRestoresTheRectangle() throws IOException {
    byte[] gif =
        new GifBuilder(4, 2)
            .frame(0, 0, "rrrr", "rrrr")
            .control(3, ' ')
            .frame(1, 0, "gg")
            .control(2, 'k')
            .frame(2, 0, "bk", "bb")
            .frame(0, 1, "k")
            .bytes();
    assertThat(shown(gif))
        .containsExactly(
            new String[] {"rrrr", "rrrr"},
            new String[] {"rggr", "rrrr"},
            new String[] {"rrbr", "rrbb"},
            new String[] {"rrww", "krww"});
  }

  @Test
  void framesHaveColoursOfTheirOwnAndMayReachBeyondTheScreen() throws IOException {
    byte[] gif =
        new GifBuilder(3, 2)
            .withOwnColours(0, 0, "krg", "bkr")
            .control(2, ' ')
            .frame(2, 1, "rr", "rr")
            .control(2, ' ')
            .frame(7, 9, "gg", "gg")
            .frame(0, 0, "k")
            .bytes();
    assertThat(shown(gif))
        .containsExactly(
            new String[] {"bgr", "kbg"},
            new String[] {"bgr", "kbr"},
            new String[] {"bgr", "kbw"},
            new String[] {"kgr", "kbw"});
  }

  @Test
  void interlacedRowsGoWhereTheyBelong() throws IOException {
    byte[] gif =
        new GifBuilder(1, 10).interlaced("k", "r", "g", "b", "k", "r", "g", "b", "r", "r").bytes();
    // Rows 0 and 8, then 4, then 2 and 6, then the odd ones.
    assertThat(String.join("", shown(gif).getFirst())).isEqualTo("krbggbkrrr");
  }

  @Test
  void readsWhatImageIoWrites() throws IOException {
    byte[] reds = {0, (byte) 255, 0, 0};
    byte[] greens = {0, 0, (byte) 255, 0};
    byte[] blues = {0, 0, 0, (byte) 255};
    IndexColorModel colours = new IndexColorModel(2, 4, reds, greens, blues, 0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      put(writer, colours, 0, 0, "none", "rrrrr", "ggggg", "bbbbb", "rrrrr", "ggggg");
      put(writer, colours, 1, 2, "restoreToPrevious", "gkg", "kgk");
      put(writer, colours, 3, 0, "restoreToBackgroundColor", "kb", "bb");
      put(writer, colours, 0, 4, "none", "b");
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    assertThat(shown(out.toByteArray()))
        .containsExactly(
            new String[] {"rrrrr", "ggggg", "bbbbb", "rrrrr", "ggggg"},
            new String[] {"rrrrr", "ggggg", "bgbgb", "rrgrr", "ggggg"},
            new String[] {"rrrrb", "gggbb", "bbbbb", "rrrrr", "ggggg"},
            new String[] {"rrrww", "gggww", "bbbbb", "rrrrr", "bgggg"});
  }

  private static void put(
      ImageWriter writer,
      IndexColorModel colours,
      int left,
      int top,
      String disposal,
      String... rows)
      throws IOException {
    BufferedImage image =
        new BufferedImage(rows[0].length(), rows.length, BufferedImage.TYPE_BYTE_BINARY, colours);
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[0].length(); x++) {
        image.getRaster().setSample(x, y, 0, "krgb".indexOf(rows[y].charAt(x)));
      }
    }
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
    String format = metadata.getNativeMetadataFormatName();
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
    IIOMetadataNode place = (IIOMetadataNode) root.getElementsByTagName("ImageDescriptor").item(0);
    place.setAttribute("imageLeftPosition", Integer.toString(left));
    place.setAttribute("imageTopPosition", Integer.toString(top));
    IIOMetadataNode control =
        (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("disposalMethod", disposal);
    control.setAttribute("transparentColorFlag", "TRUE");
    control.setAttribute("transparentColorIndex", "0");
    root.appendChild(table(colours));
    metadata.setFromTree(format, root);
    writer.writeToSequence(new IIOImage(image, null, metadata), null);
  }

  private static IIOMetadataNode table(IndexColorModel colours) {
    IIOMetadataNode table = new IIOMetadataNode("LocalColorTable");
    table.setAttribute("sizeOfLocalColorTable", "4");
    table.setAttribute("sortFlag", "FALSE");
    for (int i = 0; i < 4; i++) {
      IIOMetadataNode entry = new IIOMetadataNode("ColorTableEntry");
      entry.setAttribute("index", Integer.toString(i));
      entry.setAttribute("red", Integer.toString(colours.getRed(i)));
      entry.setAttribute("green", Integer.toString(colours.getGreen(i)));
      entry.setAttribute("blue", Integer.toString(colours.getBlue(i)));
      table.appendChild(entry);
    }
    return table;
  }

  @Test
  void aMissingTrailerIsNoHarm() throws IOException {
    byte[] gif = new GifBuilder(1, 1).frame(0, 0, "r").bytes();
    assertThat(shown(Arrays.copyOf(gif, gif.length - 1))).containsExactly(new String[] {"r"});
  }

  @Test
  void aFileCutAnywhereElseIsRefused() throws IOException {
    byte[] gif = new GifBuilder(4, 4).frame(0, 0, "rrrr").control(1, 'k').frame(1, 1, "b").bytes();
    int whole = 0;
    for (int length = 0; length < gif.length - 1; length++) {
      try {
        // Cut right behind the first frame, the rest is a GIF too.
        whole += shown(Arrays.copyOf(gif, length)).size() == 1 ? 1 : 100;
      } catch (VideoException e) {
        assertThat(e).hasMessageStartingWith("a.gif ");
      }
    }
    // And once more behind the control extension, which belongs to no frame then.
    assertThat(whole).isEqualTo(2);
  }

  @Test
  void changedFilesAreReadOrRefusedButNothingElse() throws IOException {
    byte[] gif = Samples.gif(Samples.video(2, 9, 7, 30, 3));
    Random random = new Random(4);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] changed = gif.clone();
      for (int j = 0; j <= i % 3; j++) {
        changed[random.nextInt(gif.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        GifFrames frames = new GifFrames(changed, 1000, "a.gif");
        for (int j = 0; j < frames.frames(); j++) {
          frames.next();
        }
      } catch (VideoException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 4500);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    byte[] gif = new GifBuilder(4, 4).frame(0, 0, "rrrr", "gggg").bytes();
    refused(new byte[] {'G', 'I', 'F'}, "a.gif is no GIF, whatever its name says");
    refused(new GifBuilder(4, 4).bytes(), "a.gif has no frames");
    refused(
        Arrays.copyOf(gif, 30),
        "a.gif is cut off after 30 bytes, in frame 1; copy or save it anew");
    refused(
        new GifBuilder(40, 30).frame(0, 0, "r").bytes(),
        "a.gif is 40x30, and pictures of more than 1000 pixels are not decoded; make it smaller");
    refused(with(gif, gif.length - 1, 7), "a.gif is broken: there is no block of kind 7");
    refused(with(gif, 30, 0), "a.gif is broken: frame 1 has no pixels or no colours");
    // Rows of which there are no pixels.
    refused(with(gif, 32, 0, 3), "pictures of more than 1000 pixels are not decoded");
    refused(with(gif, 32, 3), "a.gif is broken: the pixels of frame 1 cannot be unpacked");
    refused(with(gif, 35, 9), "a.gif is broken: the pixels of frame 1 cannot be unpacked");
  }

  private static byte[] with(byte[] bytes, int at, int... values) {
    byte[] changed = bytes.clone();
    for (int i = 0; i < values.length; i++) {
      changed[at + i] = (byte) values[i];
    }
    return changed;
  }

  private static void refused(byte[] gif, String problem) {
    assertThatThrownBy(() -> shown(gif))
        .isInstanceOf(VideoException.class)
        .hasMessageContaining(problem);
  }
}
