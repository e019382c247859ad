package dev.simoom.bench.work;

import dev.simoom.tensor.Convolutions;
import dev.simoom.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Convolutions of images, and the blocks of one laid out. */
final class ConvolutionWorks {
  /** Square kernels on square images. */
  private record Form(
      int batch,
      int channels,
      int side,
      int outputs,
      int kernel,
      int stride,
      int padding,
      int groups) {
    private int places() {
      int along = (side + 2 * padding - kernel) / stride + 1;
      return along * along;
    }

    private double image() {
      return 4.0 * batch * channels * side * side;
    }

    private String label() {
      return "%dx%dx%dx%d".formatted(batch, channels, side, side);
    }

    Work work(boolean backward) {
      String name =
          "conv2d %s, %d of %dx%d%s%s%s"
              .formatted(
                  label(),
                  outputs,
                  kernel,
                  kernel,
                  stride == 1 ? "" : " stride " + stride,
                  groups == 1 ? "" : " groups " + groups,
                  backward ? " fwd+bwd" : "");
      double weights = (double) outputs * channels / groups * kernel * kernel;
      double flops = 2 * weights * batch * places();
      double traffic = image() + 4 * weights + 4.0 * batch * outputs * places();
      int passes = backward ? 3 : 1;
      return Work.of(
              Family.CONVOLUTION,
              name,
              Spec.of(
                  "conv2d",
                  "batch",
                  batch,
                  "channels",
                  channels,
                  "side",
                  side,
                  "outputs",
                  outputs,
                  "kernel",
                  kernel,
                  "stride",
                  stride,
                  "padding",
                  padding,
                  "groups",
                  groups,
                  "backward",
                  backward),
              Traced.of(() -> plan(backward)))
          .costing(passes * flops, passes * traffic);
    }

    private Tensor convolved(Tensor image, Tensor kernels) {
      return Convolutions.conv2d(image, kernels, stride, padding, groups);
    }

    private Traced.Plan plan(boolean backward) {
      Tensor image = Numbers.reals(1, batch, channels, side, side);
      Tensor kernels = Numbers.scaled(2, 0x1p-4, outputs, channels / groups, kernel, kernel);
      if (!backward) {
        return new Traced.Plan(
            List.of(image, kernels), in -> List.of(convolved(in.get(0), in.get(1))));
      }
      int along = (int) Math.sqrt(places());
      Tensor gradient = Numbers.reals(3, batch, outputs, along, along);
      return new Traced.Plan(
          List.of(image, kernels, gradient),
          in ->
              Differentiated.by(
                  convolved(in.get(0), in.get(1)), in.get(2), List.of(in.get(0), in.get(1))));
    }

    Work unfold() {
      double blocks = 4.0 * batch * channels * kernel * kernel * places();
      return Work.of(
              Family.CONVOLUTION,
              "unfold %s, %dx%d".formatted(label(), kernel, kernel),
              Spec.of(
                  "unfold",
                  "batch",
                  batch,
                  "channels",
                  channels,
                  "side",
                  side,
                  "kernel",
                  kernel,
                  "stride",
                  stride,
                  "padding",
                  padding),
              Traced.of(
                  () ->
                      new Traced.Plan(
                          List.of(Numbers.reals(1, batch, channels, side, side)),
                          in ->
                              List.of(
                                  Convolutions.unfold(
                                      in.getFirst(), kernel, kernel, stride, padding)))))
          .costing(0, image() + blocks);
    }
  }

  private ConvolutionWorks() {}

  static List<Work> all() {
    Form small = new Form(4, 16, 16, 32, 3, 1, 1, 1);
    Form large = new Form(8, 64, 56, 64, 3, 1, 1, 1);
    List<Form> forms =
        List.of(
            small,
            large,
            new Form(8, 128, 56, 128, 3, 2, 1, 1),
            new Form(8, 64, 56, 64, 3, 1, 1, 64),
            new Form(16, 3, 224, 192, 16, 16, 0, 1));
    List<Work> works = new ArrayList<>();
    for (Form form : forms) {
      works.add(form.work(false));
      works.add(form.work(true).brief(form == large));
    }
    works.add(large.unfold());
    return works;
  }
}
