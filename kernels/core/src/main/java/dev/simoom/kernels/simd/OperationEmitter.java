package dev.simoom.kernels.simd;

import static dev.simoom.kernels.simd.VectorCode.FLOATS;
import static dev.simoom.kernels.simd.VectorCode.INTS;
import static dev.simoom.kernels.simd.VectorCode.MASK;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import java.lang.constant.ClassDesc;
import java.util.List;

/** Writes scalar operations on vectors that lie in local variables. */
final class OperationEmitter {
  /**
   * A vector or mask in a local variable.
   *
   * @param overInts for masks, whether they came from ints; they must be cast before they meet the
   *     other kind
   */
  record Value(int local, DType type, boolean overInts) {
    ClassDesc kind() {
      return switch (type) {
        case BOOL -> MASK;
        case I32 -> INTS;
        default -> FLOATS;
      };
    }
  }

  private final VectorCode v;
  private final FunctionEmitter math;
  private final DynamicMapEmitter map;

  OperationEmitter(VectorCode v) {
    this.v = v;
    math = new FunctionEmitter(v);
    map = new DynamicMapEmitter(v);
  }

  /** The code that is written to. */
  VectorCode code() {
    return v;
  }

  /** Pops what was just computed into a new value. */
  Value keep(DType type, boolean overInts) {
    return new Value(v.keep(), type, overInts);
  }

  void push(Value value) {
    v.get(value.local());
  }

  /** Pushes a mask that suits ints or floats. */
  void pushMask(Value mask, boolean forInts) {
    push(mask);
    if (mask.overInts() != forInts) {
      if (forInts) {
        v.intSpecies();
      } else {
        v.floatSpecies();
      }
      v.castMask();
    }
  }

  /** Pushes truth values as the ints 0 and 1. */
  void pushAsInts(Value value) {
    if (value.type() == DType.BOOL) {
      v.all(0).all(1);
      pushMask(value, true);
      v.blend(INTS);
    } else {
      push(value);
    }
  }

  /** Computes an operation. */
  Value apply(ScalarOp op, List<Value> x, DType result) {
    Value a = x.getFirst();
    switch (op) {
      case ADD, SUB, MUL, DIV, MIN, MAX -> {
        push(a);
        push(x.get(1));
        v.binary(a.kind(), op.name().toLowerCase(java.util.Locale.ROOT));
      }
      case NEG, ABS, SQRT -> {
        push(a);
        v.unary(a.kind(), op.name().toLowerCase(java.util.Locale.ROOT));
      }
      case EXP -> math.exp(a.local());
      case LOG -> math.log(a.local());
      case TANH -> math.tanh(a.local());
      case SIN -> math.sine(a.local(), false);
      case COS -> math.sine(a.local(), true);
      case LT, LE, GT, GE, EQ, NE -> {
        push(a);
        push(x.get(1));
        v.compare(a.kind(), op.name());
      }
      case AND, OR -> {
        push(a);
        pushMask(x.get(1), a.overInts());
        v.maskBinary(op == ScalarOp.AND ? "and" : "or");
      }
      case NOT -> {
        push(a);
        v.unary(MASK, "not");
      }
      case SELECT -> select(a, x.get(1), x.get(2));
      case TO_F32 -> toFloat(a);
      case TO_I32 -> toInt(a);
      case TO_BOOL -> toBool(a);
      case UNPACK_SIGNED -> map.signed(a.local(), x.get(1).local());
      case UNPACK_UNSIGNED -> map.unsigned(a.local(), x.get(1).local());
      case PACK_SIGNED -> map.packSigned(a.local(), x.get(1).local());
      case PACK_UNSIGNED -> map.packUnsigned(a.local(), x.get(1).local());
    }
    return keep(result, resultOverInts(op, x));
  }

  private static boolean resultOverInts(ScalarOp op, List<Value> x) {
    return switch (op) {
      case LT, LE, GT, GE, EQ, NE -> x.getFirst().type() == DType.I32;
      case TO_BOOL ->
          x.getFirst().type() == DType.BOOL
              ? x.getFirst().overInts()
              : x.getFirst().type() == DType.I32;
      default -> x.getFirst().overInts();
    };
  }

  private void select(Value condition, Value yes, Value no) {
    if (yes.type() == DType.BOOL) {
      boolean ints = condition.overInts();
      pushMask(yes, ints);
      push(condition);
      v.maskBinary("and");
      pushMask(no, ints);
      push(condition);
      v.maskBinary("andNot");
      v.maskBinary("or");
    } else {
      push(no);
      push(yes);
      pushMask(condition, yes.type() == DType.I32);
      v.blend(yes.kind());
    }
  }

  private void toFloat(Value a) {
    switch (a.type()) {
      case I32 -> {
        push(a);
        v.convert("I2F", FLOATS);
      }
      case BOOL -> {
        v.all(0f).all(1f);
        pushMask(a, false);
        v.blend(FLOATS);
      }
      default -> push(a);
    }
  }

  private void toInt(Value a) {
    pushAsInts(a);
    if (a.type() == DType.F32) {
      v.convert("F2I", INTS);
    }
  }

  private void toBool(Value a) {
    push(a);
    switch (a.type()) {
      case I32 -> v.compare("NE", 0);
      case BOOL -> {}
      default -> v.compare("NE", 0f);
    }
  }

  /** Combines two vectors of a kind on the stack. */
  void combine(Reduction op, ClassDesc kind) {
    v.binary(
        kind,
        switch (op) {
          case SUM -> "add";
          case MAX -> "max";
          case MIN -> "min";
        });
  }

  /** Pushes a vector that changes nothing when combined. */
  void pushIdentity(Reduction op, DType type) {
    if (type == DType.I32) {
      v.all(op.integerIdentity());
    } else {
      v.all((float) op.identity());
    }
  }

  /** Widens shorts on the stack to reals. */
  void widen(DType type) {
    v.widen();
    if (type == DType.BF16) {
      v.shift("LSHL", 16).real();
      return;
    }
    int h = v.keep();
    int em = v.get(h).all(0x7fff).binary(INTS, "and").shift("LSHL", 13).keep();
    int normal = v.get(em).all(112 << 23).binary(INTS, "add").keep();
    // A subnormal gets the exponent of 2^-14 and loses the leading one again by subtraction.
    v.get(em).all(113 << 23).binary(INTS, "add").real();
    int small = v.all(0x1p-14f).binary(FLOATS, "sub").bits().keep();
    int special = v.get(normal).all(112 << 23).binary(INTS, "add").keep();
    v.get(normal).get(small).get(em).compare("LT", 1 << 23).blend(INTS);
    v.get(special).get(em).compare("GE", 0x1f << 23).blend(INTS);
    v.get(h).all(0x8000).binary(INTS, "and").shift("LSHL", 16).binary(INTS, "or").real();
  }

  /** Rounds reals on the stack to shorts, to nearest even. */
  void narrow(DType type) {
    int bits = v.bits().keep();
    if (type == DType.BF16) {
      int high = v.get(bits).shift("LSHR", 16).keep();
      v.get(bits).all(0x7fff).binary(INTS, "add");
      v.get(high).all(1).binary(INTS, "and").binary(INTS, "add").shift("LSHR", 16);
      v.get(high).all(0x40).binary(INTS, "or");
    } else {
      int a = v.get(bits).all(0x7fffffff).binary(INTS, "and").keep();
      int cut = v.get(a).shift("LSHR", 13).keep();
      v.get(a).all(0xfff - (112 << 23)).binary(INTS, "add");
      v.get(cut).all(1).binary(INTS, "and").binary(INTS, "add").shift("LSHR", 13);
      // Below the normal range adding 1/2 leaves the rounded multiple of 2^-24 in the low bits.
      v.get(a).real().all(0.5f).binary(FLOATS, "add").bits().all(0x3f000000).binary(INTS, "sub");
      v.get(a).compare("LT", 113 << 23).blend(INTS);
      v.all(0x7c00).get(a).compare("GE", 143 << 23).blend(INTS);
      int finite = v.keep();
      int sign = v.get(bits).shift("LSHR", 16).all(0x8000).binary(INTS, "and").keep();
      v.get(finite).get(sign).binary(INTS, "or");
      v.get(cut).all(0x3ff).binary(INTS, "and").all(0x7e00).binary(INTS, "or");
      v.get(sign).binary(INTS, "or");
    }
    v.get(bits).real();
    int real = v.keep();
    v.get(real).get(real).compare(FLOATS, "NE").intSpecies().castMask().blend(INTS);
    v.narrow();
  }
}
