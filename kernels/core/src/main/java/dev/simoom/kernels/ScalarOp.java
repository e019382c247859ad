package dev.simoom.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scalar operation: its types, its meaning and its derivative.
 *
 * <p>Everything elementwise is made of these. Arithmetic is in {@link DType#F32} or, where both
 * arguments are integers, in {@link DType#I32}; {@link #apply} gives the meaning in double
 * precision, which represents both exactly. The two generators hold one emitter for each.
 */
public enum ScalarOp {
  /** {@code a + b}. */
  ADD(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a + b;
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return dy;
    }
  },
  /** {@code a - b}. */
  SUB(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a - b;
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return argument == 0 ? dy : in.apply(NEG, dy);
    }
  },
  /** {@code a b}. */
  MUL(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a * b;
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(MUL, dy, x.get(1 - argument));
    }
  },
  /** {@code a / b}, real numbers only. */
  DIV(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a / b;
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      V overB = in.apply(DIV, dy, x.get(1));
      return argument == 0 ? overB : in.apply(NEG, in.apply(MUL, overB, y));
    }
  },
  /** The smaller of two; NaN if either is; where they are equal each gets half of the gradient. */
  MIN(2) {
    @Override
    public double apply(double a, double b, double c) {
      return Math.min(a, b);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return shareOfWinner(in, LT, argument, x, dy);
    }
  },
  /** The larger of two; NaN if either is; where they are equal each gets half of the gradient. */
  MAX(2) {
    @Override
    public double apply(double a, double b, double c) {
      return Math.max(a, b);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return shareOfWinner(in, GT, argument, x, dy);
    }
  },
  /** {@code -a}. */
  NEG(1) {
    @Override
    public double apply(double a, double b, double c) {
      return -a;
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(NEG, dy);
    }
  },
  /** The absolute value; gradient 0 at 0. */
  ABS(1) {
    @Override
    public double apply(double a, double b, double c) {
      return Math.abs(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      V zero = in.constant(0);
      V negative = in.apply(SELECT, in.apply(LT, x.get(0), zero), in.apply(NEG, dy), zero);
      return in.apply(SELECT, in.apply(GT, x.get(0), zero), dy, negative);
    }
  },
  /** The square root, correctly rounded. */
  SQRT(1) {
    @Override
    public double apply(double a, double b, double c) {
      return Math.sqrt(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(DIV, in.apply(MUL, dy, in.constant(0.5)), y);
    }
  },
  /** {@code e^a}; results below the smallest normal number become 0. */
  EXP(1) {
    @Override
    public double apply(double a, double b, double c) {
      return StrictMath.exp(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(MUL, dy, y);
    }
  },
  /** The natural logarithm; negative infinity at 0, NaN below. */
  LOG(1) {
    @Override
    public double apply(double a, double b, double c) {
      return StrictMath.log(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(DIV, dy, x.get(0));
    }
  },
  /** The hyperbolic tangent. */
  TANH(1) {
    @Override
    public double apply(double a, double b, double c) {
      return StrictMath.tanh(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(MUL, dy, in.apply(SUB, in.constant(1), in.apply(MUL, y, y)));
    }
  },
  /** The sine of an angle in radians. */
  SIN(1) {
    @Override
    public double apply(double a, double b, double c) {
      return StrictMath.sin(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(MUL, dy, in.apply(COS, x.get(0)));
    }
  },
  /** The cosine of an angle in radians. */
  COS(1) {
    @Override
    public double apply(double a, double b, double c) {
      return StrictMath.cos(a);
    }

    @Override
    public <V> V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      return in.apply(NEG, in.apply(MUL, dy, in.apply(SIN, x.get(0))));
    }
  },
  /** Whether {@code a < b}; false if either is NaN. */
  LT(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a < b ? 1 : 0;
    }
  },
  /** Whether {@code a <= b}; false if either is NaN. */
  LE(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a <= b ? 1 : 0;
    }
  },
  /** Whether {@code a > b}; false if either is NaN. */
  GT(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a > b ? 1 : 0;
    }
  },
  /** Whether {@code a >= b}; false if either is NaN. */
  GE(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a >= b ? 1 : 0;
    }
  },
  /** Whether {@code a = b}; false if either is NaN. */
  EQ(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a == b ? 1 : 0;
    }
  },
  /** Whether {@code a} differs from {@code b}; true if either is NaN. */
  NE(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a != b ? 1 : 0;
    }
  },
  /** Both of two truth values. */
  AND(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a != 0 && b != 0 ? 1 : 0;
    }
  },
  /** At least one of two truth values. */
  OR(2) {
    @Override
    public double apply(double a, double b, double c) {
      return a != 0 || b != 0 ? 1 : 0;
    }
  },
  /** The opposite truth value. */
  NOT(1) {
    @Override
    public double apply(double a, double b, double c) {
      return a == 0 ? 1 : 0;
    }
  },
  /** {@code b} where the truth value {@code a} holds, {@code c} elsewhere. */
  SELECT(3) {
    @Override
    public double apply(double a, double b, double c) {
      return a != 0 ? b : c;
    }

    @Override
    public <V> @Nullable V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
      V zero = in.constant(0);
      return switch (argument) {
        case 1 -> in.apply(SELECT, x.get(0), dy, zero);
        case 2 -> in.apply(SELECT, x.get(0), zero, dy);
        default -> null;
      };
    }
  },
  /** A truth value or an integer as a real number. */
  TO_F32(1) {
    @Override
    public double apply(double a, double b, double c) {
      return (float) a;
    }
  },
  /**
   * A real number cut to an integer towards zero, saturating, NaN to 0; a truth value as 0 or 1.
   */
  TO_I32(1) {
    @Override
    public double apply(double a, double b, double c) {
      return (int) a;
    }
  },
  /** Whether a number differs from 0. */
  TO_BOOL(1) {
    @Override
    public double apply(double a, double b, double c) {
      return a != 0 ? 1 : 0;
    }
  },
  /**
   * The number that byte {@code b} of the integer {@code a} has in the signed {@link DynamicMap}.
   */
  UNPACK_SIGNED(2) {
    @Override
    public double apply(double a, double b, double c) {
      return DynamicMap.signed((int) (long) a, (int) (long) b);
    }
  },
  /** The number that byte {@code b} of the integer {@code a} has in the unsigned map. */
  UNPACK_UNSIGNED(2) {
    @Override
    public double apply(double a, double b, double c) {
      return DynamicMap.unsigned((int) (long) a, (int) (long) b);
    }
  },
  /**
   * The byte nearest to the number {@code a} in the signed {@link DynamicMap}, as byte {@code b}.
   */
  PACK_SIGNED(2) {
    @Override
    public double apply(double a, double b, double c) {
      return DynamicMap.packSigned((float) a, (int) b);
    }
  },
  /** The byte nearest to the number {@code a} in the unsigned map, as byte {@code b}. */
  PACK_UNSIGNED(2) {
    @Override
    public double apply(double a, double b, double c) {
      return DynamicMap.packUnsigned((float) a, (int) b);
    }
  };

  private final int arity;

  ScalarOp(int arity) {
    this.arity = arity;
  }

  /** Number of arguments. */
  public int arity() {
    return arity;
  }

  /**
   * The value for the given arguments; those past {@link #arity()} are ignored. Truth values are 0
   * and 1. Integer results wrap around only when stored.
   */
  public abstract double apply(double a, double b, double c);

  /**
   * The value as kernels compute it: that of {@link #apply}, rounded or wrapped around to the type
   * of the result.
   *
   * @param type of the result
   */
  public double evaluate(DType type, double a, double b, double c) {
    if (type == DType.I32) {
      // A product of two integers can be too long for a double.
      return this == MUL ? (int) a * (int) b : (int) (long) apply(a, b, c);
    }
    double y = (float) apply(a, b, c);
    return this == EXP && y < Float.MIN_NORMAL ? 0 : y;
  }

  /**
   * What flows back to one argument.
   *
   * @param in where to write it down
   * @param argument which argument
   * @param x the arguments
   * @param y the result
   * @param dy the derivative of the loss by the result
   * @return the derivative of the loss by that argument, or null where it is zero everywhere
   */
  public <V> @Nullable V gradient(Algebra<V> in, int argument, List<V> x, V y, V dy) {
    return null;
  }

  /** Whether this operation compares two numbers. */
  public boolean isComparison() {
    return switch (this) {
      case LT, LE, GT, GE, EQ, NE -> true;
      default -> false;
    };
  }

  /**
   * The type of the result.
   *
   * @param types compute types of the arguments
   * @throws IllegalArgumentException if they do not suit the operation
   */
  public DType resultType(List<DType> types) {
    boolean suits =
        types.size() == arity
            && switch (this) {
              case ADD, SUB, MUL, MIN, MAX ->
                  isNumber(types.get(0)) && types.get(0) == types.get(1);
              case LT, LE, GT, GE, EQ, NE -> isNumber(types.get(0)) && types.get(0) == types.get(1);
              case DIV, PACK_SIGNED, PACK_UNSIGNED ->
                  types.get(0) == DType.F32 && types.get(1) == DType.F32;
              case UNPACK_SIGNED, UNPACK_UNSIGNED ->
                  types.get(0) == DType.I32 && types.get(1) == DType.I32;
              case NEG, ABS -> isNumber(types.get(0));
              case SQRT, EXP, LOG, TANH, SIN, COS -> types.get(0) == DType.F32;
              case AND, OR -> types.get(0) == DType.BOOL && types.get(1) == DType.BOOL;
              case NOT -> types.get(0) == DType.BOOL;
              case SELECT -> types.get(0) == DType.BOOL && types.get(1) == types.get(2);
              case TO_F32, TO_I32, TO_BOOL -> true;
            };
    if (!suits) {
      throw new IllegalArgumentException(this + " does not take " + types);
    }
    return switch (this) {
      case LT, LE, GT, GE, EQ, NE, AND, OR, NOT, TO_BOOL -> DType.BOOL;
      case SELECT -> types.get(1);
      case TO_F32, UNPACK_SIGNED, UNPACK_UNSIGNED -> DType.F32;
      case TO_I32, PACK_SIGNED, PACK_UNSIGNED -> DType.I32;
      default -> types.get(0);
    };
  }

  private static boolean isNumber(DType type) {
    return type == DType.F32 || type == DType.I32;
  }

  private static <V> V shareOfWinner(Algebra<V> in, ScalarOp wins, int argument, List<V> x, V dy) {
    V mine = x.get(argument);
    V other = x.get(1 - argument);
    V half = in.apply(MUL, dy, in.constant(0.5));
    V tie = in.apply(SELECT, in.apply(EQ, mine, other), half, in.constant(0));
    return in.apply(SELECT, in.apply(wins, mine, other), dy, tie);
  }
}
