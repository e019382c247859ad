package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.DynamicMap;
import dev.simoom.kernels.Reduction;
import dev.simoom.kernels.ScalarOp;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Locale;

/**
 * Writes scalar operations on values that lie in local variables: real numbers as {@code float},
 * integers and truth values as {@code int}. The result stays on the stack.
 *
 * <p>NaN and saturation are spelled out in comparisons, since a device's own minimum, maximum and
 * conversion treat them as they like.
 */
final class ScalarCode {
  private static final ClassDesc DYNAMIC_MAP = ClassDesc.of(DynamicMap.class.getName());
  private static final float TWO_TO_31 = 0x1p31f;

  /** Its square is infinite. */
  private static final float LARGE = 1e38f;

  private final DeviceCode device;
  private final CodeBuilder code;

  ScalarCode(DeviceCode device) {
    this.device = device;
    code = device.code;
  }

  /** The kind of local variable that holds a value. */
  static TypeKind kind(DType type) {
    return type == DType.F32 ? TypeKind.FLOAT : TypeKind.INT;
  }

  void push(DType type, int local) {
    code.loadLocal(kind(type), local);
  }

  /** Pushes a constant. */
  void constant(DType type, double value) {
    if (type != DType.F32) {
      code.loadConstant((int) value);
    } else if (Float.isFinite((float) value)) {
      code.loadConstant((float) value);
    } else {
      infinite((float) value);
    }
  }

  /** TornadoVM writes infinity and NaN in a way that OpenCL's compiler does not know. */
  private void infinite(float value) {
    device.opaque(() -> code.loadConstant(LARGE));
    code.dup().fmul();
    if (Float.isNaN(value)) {
      code.dup().fsub();
    } else if (value < 0) {
      code.fneg();
    }
  }

  /** Pushes the value that changes nothing. */
  void identity(Reduction op, DType type) {
    constant(type, type == DType.F32 ? op.identity() : op.integerIdentity());
  }

  /** Pushes two values combined. */
  void combine(Reduction op, DType type, int a, int b) {
    apply(
        switch (op) {
          case SUM -> ScalarOp.ADD;
          case MAX -> ScalarOp.MAX;
          case MIN -> ScalarOp.MIN;
        },
        type,
        a,
        b,
        b);
  }

  /**
   * Applies an operation.
   *
   * @param type of the arguments; of SELECT, of the last two
   */
  void apply(ScalarOp op, DType type, int a, int b, int c) {
    boolean real = type == DType.F32;
    switch (op) {
      case ADD, SUB, MUL, DIV -> arithmetic(op, type, a, b);
      case MIN -> extreme(ScalarOp.LT, type, a, b);
      case MAX -> extreme(ScalarOp.GT, type, a, b);
      case NEG -> {
        push(type, a);
        operator(real ? Opcode.FNEG : Opcode.INEG);
      }
      case ABS -> absolute(real, a);
      case SQRT, LOG, TANH, SIN, COS -> function(op.name().toLowerCase(Locale.ROOT), a);
      case EXP -> exponential(a);
      case LT, LE, GT, GE, EQ, NE -> compare(op, type, a, b);
      case AND -> code.iload(a).iload(b).iand();
      case OR -> code.iload(a).iload(b).ior();
      case NOT -> code.iload(a).iconst_1().ixor();
      case SELECT -> {
        Label other = code.newLabel();
        choice(other, () -> code.iload(a).ifeq(other), () -> push(type, b), () -> push(type, c));
      }
      case TO_F32 -> {
        push(type, a);
        if (!real) {
          code.i2f();
        }
      }
      case TO_I32 -> toInt(type, a);
      case TO_BOOL -> toBool(type, a);
      case UNPACK_SIGNED -> unpack("signed", a, b);
      case UNPACK_UNSIGNED -> unpack("unsigned", a, b);
      case PACK_SIGNED -> pack("packSigned", a, b);
      case PACK_UNSIGNED -> pack("packUnsigned", a, b);
    }
  }

  private void unpack(String method, int word, int index) {
    code.iload(word).iload(index);
    MethodTypeDesc type =
        MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_int, ConstantDescs.CD_int);
    code.invokestatic(DYNAMIC_MAP, method, type);
  }

  private void pack(String method, int x, int index) {
    code.fload(x);
    toInt(DType.F32, index);
    MethodTypeDesc type =
        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_float, ConstantDescs.CD_int);
    code.invokestatic(DYNAMIC_MAP, method, type);
  }

  private void arithmetic(ScalarOp op, DType type, int a, int b) {
    push(type, a);
    push(type, b);
    boolean real = type == DType.F32;
    operator(
        switch (op) {
          case ADD -> real ? Opcode.FADD : Opcode.IADD;
          case SUB -> real ? Opcode.FSUB : Opcode.ISUB;
          case MUL -> real ? Opcode.FMUL : Opcode.IMUL;
          default -> Opcode.FDIV;
        });
  }

  private void operator(Opcode opcode) {
    code.with(OperatorInstruction.of(opcode));
  }

  /**
   * The better of two. Where neither is: one of them if they are equal and no zeros; the sum of
   * zeros has the sign that Java wants of the larger, and their negated sum that of the smaller;
   * the sum with a NaN is one.
   */
  private void extreme(ScalarOp better, DType type, int a, int b) {
    Label notFirst = code.newLabel();
    choice(
        notFirst,
        () -> unless(better, type, a, b, notFirst),
        () -> push(type, a),
        () -> {
          if (type == DType.F32) {
            secondOrEqual(better, a, b);
          } else {
            push(type, b);
          }
        });
  }

  private void secondOrEqual(ScalarOp better, int a, int b) {
    Label notSecond = code.newLabel();
    Label zeros = code.newLabel();
    choice(
        notSecond,
        () -> unless(better, DType.F32, b, a, notSecond),
        () -> code.fload(b),
        () ->
            choice(
                zeros,
                () -> {
                  unless(ScalarOp.EQ, DType.F32, a, b, zeros);
                  code.fload(a).fconst_0().fcmpl().ifeq(zeros);
                },
                () -> code.fload(a),
                () -> {
                  if (better == ScalarOp.GT) {
                    code.fload(a).fload(b).fadd();
                  } else {
                    code.fload(a).fneg().fload(b).fsub().fneg();
                  }
                }));
  }

  private void absolute(boolean real, int a) {
    DType type = real ? DType.F32 : DType.I32;
    if (real) {
      code.fload(a);
      code.invokestatic(
          DeviceCode.MATH,
          "abs",
          MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_float));
      return;
    }
    Label negative = code.newLabel();
    choice(
        negative,
        () -> code.iload(a).iflt(negative),
        () -> push(type, a),
        () -> code.iload(a).ineg());
  }

  private void function(String name, int a) {
    code.fload(a);
    code.invokestatic(
        DeviceCode.MATH, name, MethodTypeDesc.of(ConstantDescs.CD_float, ConstantDescs.CD_float));
  }

  /** Results below the smallest normal number become 0, as {@link ScalarOp#EXP} says. */
  private void exponential(int a) {
    function("exp", a);
    int y = code.allocateLocal(TypeKind.FLOAT);
    code.fstore(y);
    Label small = code.newLabel();
    choice(
        small,
        () -> code.fload(y).loadConstant(Float.MIN_NORMAL).fcmpg().iflt(small),
        () -> code.fload(y),
        () -> code.fconst_0());
  }

  private void compare(ScalarOp op, DType type, int a, int b) {
    if (type == DType.F32 && (op == ScalarOp.LE || op == ScalarOp.GE)) {
      // TornadoVM makes of a <= b that a > b does not hold, which is another thing for a NaN.
      compare(op == ScalarOp.LE ? ScalarOp.LT : ScalarOp.GT, type, a, b);
      compare(ScalarOp.EQ, type, a, b);
      code.ior();
      return;
    }
    Label not = code.newLabel();
    choice(not, () -> unless(op, type, a, b, not), code::iconst_1, code::iconst_0);
  }

  /** Jumps where a comparison does not hold; with a NaN none does but NE. Of reals not LE, GE. */
  private void unless(ScalarOp op, DType type, int a, int b, Label target) {
    push(type, a);
    push(type, b);
    if (type != DType.F32) {
      switch (op) {
        case LT -> code.if_icmpge(target);
        case LE -> code.if_icmpgt(target);
        case GT -> code.if_icmple(target);
        case GE -> code.if_icmplt(target);
        case EQ -> code.if_icmpne(target);
        default -> code.if_icmpeq(target);
      }
      return;
    }
    switch (op) {
      case LT -> code.fcmpg().ifge(target);
      case GT -> code.fcmpl().ifle(target);
      case EQ -> code.fcmpl().ifne(target);
      default -> code.fcmpl().ifeq(target);
    }
  }

  private void toInt(DType type, int a) {
    if (type != DType.F32) {
      push(type, a);
      return;
    }
    Label unordered = code.newLabel();
    Label large = code.newLabel();
    Label small = code.newLabel();
    Label end = code.newLabel();
    code.fload(a).fload(a).fcmpl().ifne(unordered);
    code.fload(a).loadConstant(TWO_TO_31).fcmpl().ifge(large);
    code.fload(a).loadConstant(-TWO_TO_31).fcmpg().ifle(small);
    code.fload(a).f2i().goto_(end);
    code.labelBinding(unordered).iconst_0().goto_(end);
    code.labelBinding(large).loadConstant(Integer.MAX_VALUE).goto_(end);
    code.labelBinding(small).loadConstant(Integer.MIN_VALUE);
    code.labelBinding(end);
  }

  private void toBool(DType type, int a) {
    if (type == DType.BOOL) {
      code.iload(a);
      return;
    }
    int zero = code.allocateLocal(kind(type));
    constant(type, 0);
    code.storeLocal(kind(type), zero);
    compare(ScalarOp.NE, type, a, zero);
  }

  /** The first value, unless the test jumps to the label: then the second. */
  private void choice(Label otherwise, Runnable test, Runnable first, Runnable second) {
    Label end = code.newLabel();
    test.run();
    first.run();
    code.goto_(end).labelBinding(otherwise);
    second.run();
    code.labelBinding(end);
  }
}
