package dev.simoom.tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * Convolutions of images [batch, channels, height, width], by matrix products over what {@link
 * #unfold} lays out.
 */
public final class Convolutions {
  private Convolutions() {}

  /**
   * The blocks of an image on which a kernel is put, one column for each place: [batch, channels,
   * h, w] gives [batch, channels height width, places], rows by channel, then by place in the
   * block, places from left to right and from top to bottom (PyTorch's {@code unfold}).
   *
   * @param height of a block
   * @param width of a block
   * @param stride from one place to the next, in both directions
   * @param padding zeros before and after, in both directions
   * @throws IllegalArgumentException if no block fits, or the image has not four axes
   */
  public static Tensor unfold(Tensor image, long height, long width, long stride, long padding) {
    Tensor blocks = blocks("unfold", image, height, width, stride, padding);
    Shape s = blocks.shape();
    return blocks.reshape(s.extent(0), s.extent(1) * height * width, s.extent(3) * s.extent(4));
  }

  /** The blocks as [batch, channels, place in the block, row, column]. */
  private static Tensor blocks(
      String op, Tensor image, long height, long width, long stride, long padding) {
    if (image.rank() != 4
        || height < 1
        || width < 1
        || stride < 1
        || padding < 0
        || image.shape().extent(2) + 2 * padding < height
        || image.shape().extent(3) + 2 * padding < width) {
      throw Ops.bad(
          op,
          "an image [batch, channels, height, width] that holds blocks of "
              + height
              + " x "
              + width
              + " is needed, stride "
              + stride
              + ", padding "
              + padding,
          image);
    }
    Tensor whole = image.pad(2, padding, padding, 0).pad(3, padding, padding, 0);
    long down = whole.shape().extent(2) - height;
    long right = whole.shape().extent(3) - width;
    List<Tensor> places = new ArrayList<>();
    for (long i = 0; i < height; i++) {
      for (long j = 0; j < width; j++) {
        places.add(whole.slice(2, i, i + down + 1, stride).slice(3, j, j + right + 1, stride));
      }
    }
    return Tensor.stack(2, places);
  }

  /** {@link #conv2d(Tensor, Tensor, long, long, long)} with stride 1, no padding and one group. */
  public static Tensor conv2d(Tensor image, Tensor kernels) {
    return conv2d(image, kernels, 1, 0, 1);
  }

  /**
   * The cross-correlation of an image [batch, channels, h, w] with kernels [outputs, channels /
   * groups, height, width], which is what PyTorch's {@code conv2d} computes: [batch, outputs, (h +
   * 2 padding - height) / stride + 1, the same of w], F32. A bias is an addition, of [outputs, 1,
   * 1].
   *
   * @param stride from one place of a kernel to the next, in both directions
   * @param padding zeros before and after, in both directions
   * @param groups into how many groups channels and outputs are cut, each output seeing the
   *     channels of its group
   * @throws IllegalArgumentException if the shapes do not go together
   */
  public static Tensor conv2d(
      Tensor image, Tensor kernels, long stride, long padding, long groups) {
    if (image.rank() != 4
        || kernels.rank() != 4
        || groups < 1
        || kernels.shape().extent(1) * groups != image.shape().extent(1)
        || kernels.shape().extent(0) % groups != 0
        || !image.dtype().isFloating()
        || !kernels.dtype().isFloating()) {
      throw Ops.bad(
          "conv2d",
          "an image [batch, channels, h, w] and kernels [outputs, channels / groups, height, width]"
              + " of real numbers are needed, groups "
              + groups,
          image,
          kernels);
    }
    Shape k = kernels.shape();
    Tensor blocks = blocks("conv2d", image, k.extent(2), k.extent(3), stride, padding);
    long batch = image.shape().extent(0);
    long rows = blocks.shape().extent(3);
    long columns = blocks.shape().extent(4);
    long weights = k.without(0, 1).elements();
    Tensor seen = blocks.reshape(batch, groups, weights, rows * columns);
    Tensor each = kernels.reshape(groups, k.extent(0) / groups, weights);
    return each.matmul(seen).reshape(batch, k.extent(0), rows, columns);
  }
}
