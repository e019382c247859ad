package dev.simoom.tensor;

import dev.simoom.kernels.DType;
import java.util.function.DoubleFunction;
import java.util.function.LongToDoubleFunction;

/**
 * Text of an array the way {@code print} shows it in NumPy 2.4 with default options: 8 digits,
 * lines of 75 characters, three items at each edge of an axis once there are more than 1000
 * elements.
 */
final class TensorFormat {
  private static final int LINE_WIDTH = 75;
  private static final int THRESHOLD = 1000;
  private static final int EDGE_ITEMS = 3;
  private static final String ELLIPSIS = "...";

  private final long[] extents;
  private final long[] strides;
  private final LongToDoubleFunction element;
  private final boolean summarise;

  private TensorFormat(Shape shape, LongToDoubleFunction element) {
    this.extents = shape.toArray();
    this.strides = new long[extents.length];
    long stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    this.element = element;
    this.summarise = stride > THRESHOLD;
  }

  /**
   * Formats an array.
   *
   * @param dtype decides the number of digits; truth values are 0 and 1
   * @param element value of an element by its index in rows-first order; only shown ones are asked
   */
  static String format(Shape shape, DType dtype, LongToDoubleFunction element) {
    if (shape.rank() == 0) {
      return scalar(dtype, element.applyAsDouble(0));
    }
    if (shape.elements() == 0) {
      return "[]";
    }
    TensorFormat format = new TensorFormat(shape, element);
    return format.nested(0, 0, format.elementFormat(dtype));
  }

  private static String scalar(DType dtype, double value) {
    return switch (dtype) {
      case F32, F16, BF16 -> FloatFormat.scalar(dtype, value);
      case I32 -> Long.toString((long) value);
      case BOOL -> value != 0 ? "True" : "False";
    };
  }

  private DoubleFunction<String> elementFormat(DType dtype) {
    return switch (dtype) {
      case F32, F16, BF16 -> FloatFormat.of(dtype, shown());
      case I32 -> {
        int width = 0;
        for (double value : shown()) {
          width = Math.max(width, Long.toString((long) value).length());
        }
        int padded = width;
        yield value -> padLeft(Long.toString((long) value), padded);
      }
      case BOOL -> value -> value != 0 ? " True" : "False";
    };
  }

  static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private boolean isSummarised(int axis) {
    return summarise && extents[axis] > 2 * EDGE_ITEMS;
  }

  /** How many positions of an axis are shown. */
  private int shown(int axis) {
    return isSummarised(axis) ? 2 * EDGE_ITEMS : Math.toIntExact(extents[axis]);
  }

  /** The index along an axis of its n-th shown position. */
  private long index(int axis, int n) {
    return isSummarised(axis) && n >= EDGE_ITEMS ? extents[axis] - 2 * EDGE_ITEMS + n : n;
  }

  private double[] shown() {
    int count = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      count *= shown(axis);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      long offset = 0;
      int rest = i;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        offset += index(axis, rest % shown(axis)) * strides[axis];
        rest /= shown(axis);
      }
      values[i] = element.applyAsDouble(offset);
    }
    return values;
  }

  private String nested(int axis, long offset, DoubleFunction<String> elements) {
    if (axis == extents.length - 1) {
      return row(axis, offset, elements);
    }
    String separator = "\n".repeat(extents.length - 1 - axis) + " ".repeat(axis + 1);
    StringBuilder text = new StringBuilder("[");
    for (int n = 0; n < shown(axis); n++) {
      if (n > 0) {
        text.append(separator);
      }
      if (n == EDGE_ITEMS && isSummarised(axis)) {
        text.append(ELLIPSIS).append(separator);
      }
      text.append(nested(axis + 1, offset + index(axis, n) * strides[axis], elements));
    }
    return text.append(']').toString();
  }

  private String row(int axis, long offset, DoubleFunction<String> elements) {
    // Room for the closing brackets is kept on every line, as NumPy does.
    Lines lines = new Lines(axis + 1, LINE_WIDTH - axis - 1);
    for (int n = 0; n < shown(axis); n++) {
      if (n == EDGE_ITEMS && isSummarised(axis)) {
        lines.add(ELLIPSIS);
      }
      double value = element.applyAsDouble(offset + index(axis, n) * strides[axis]);
      lines.add(elements.apply(value));
    }
    return "[" + lines.text() + "]";
  }

  /** Words set side by side and wrapped, the first line without its indentation. */
  private static final class Lines {
    private final StringBuilder text = new StringBuilder();
    private final int indent;
    private final int width;
    private int column;
    private boolean lineIsEmpty = true;

    Lines(int indent, int width) {
      this.indent = indent;
      this.width = width;
      this.column = indent;
    }

    void add(String word) {
      if (!lineIsEmpty) {
        if (column + 1 + word.length() > width) {
          breakLine();
          column = indent;
        } else {
          text.append(' ');
          column++;
        }
      }
      text.append(word);
      column += word.length();
      lineIsEmpty = false;
    }

    private void breakLine() {
      while (text.charAt(text.length() - 1) == ' ') {
        text.setLength(text.length() - 1);
      }
      text.append('\n').append(" ".repeat(indent));
    }

    String text() {
      return text.toString();
    }
  }
}
