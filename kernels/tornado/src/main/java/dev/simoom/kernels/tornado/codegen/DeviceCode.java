package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.DType;
import dev.simoom.kernels.tornado.library.Halves;
import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.ElementType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Writes what device code is made of: the context's numbers, loops, barriers, and accesses to
 * arrays, which are the method's parameters from the second on.
 */
final class DeviceCode {
  static final ClassDesc CONTEXT = ClassDesc.of("uk.ac.manchester.tornado.api.KernelContext");
  static final ClassDesc MATH = ClassDesc.of("uk.ac.manchester.tornado.api.math.TornadoMath");
  private static final ClassDesc HALVES = ClassDesc.of(Halves.class.getName());
  private static final int NONE = -1;
  private static final String ARRAYS = "uk.ac.manchester.tornado.api.types.arrays";

  final CodeBuilder code;
  private final List<ArrayRef> arrays;
  private final int firstArray;
  private final int opaque;

  /**
   * Code of a kernel.
   *
   * @param arrays what the parameters after the context are
   */
  DeviceCode(CodeBuilder code, List<ArrayRef> arrays) {
    this(code, arrays, 1, NONE);
  }

  /**
   * Code of a method that a kernel calls.
   *
   * @param arrays what the parameters from the given one on are
   * @param opaque a parameter that is an integer of at least 0
   */
  DeviceCode(CodeBuilder code, List<ArrayRef> arrays, int firstArray, int opaque) {
    this.code = code;
    this.arrays = arrays;
    this.firstArray = firstArray;
    this.opaque = opaque;
  }

  /** TornadoVM's class for arrays of a type. */
  static ClassDesc arrayClass(ElementType type) {
    return ClassDesc.of(ARRAYS, type.arrayClass());
  }

  // ---------------------------------------------------------------- integers

  int local(TypeKind kind) {
    return code.allocateLocal(kind);
  }

  /** A local variable that takes the integer on the stack. */
  int keepInt() {
    int local = local(TypeKind.INT);
    code.istore(local);
    return local;
  }

  /** Pushes one of the context's numbers, such as {@code globalIdx}. */
  DeviceCode context(String field) {
    ClassDesc integer = ConstantDescs.CD_Integer;
    code.aload(0).getfield(CONTEXT, field, integer);
    code.invokevirtual(integer, "intValue", MethodTypeDesc.of(ConstantDescs.CD_int));
    return this;
  }

  /** Pushes one real number, in a way that hides from the compiler that it is always the same. */
  void opaque(Runnable number) {
    int local = local(TypeKind.FLOAT);
    Label always = code.newLabel();
    number.run();
    code.fstore(local);
    if (opaque == NONE) {
      context("globalIdx");
    } else {
      code.iload(opaque);
    }
    code.ifge(always).fconst_1().fstore(local).labelBinding(always).fload(local);
  }

  /**
   * Makes a local that is 1, in a way that hides that from the compiler: where constants let
   * TornadoVM's compiler prove a condition late, it cannot write what it then has.
   */
  int opaqueOne() {
    int local = local(TypeKind.INT);
    opaqueOne(local);
    return local;
  }

  /** The same in a given local. */
  void opaqueOne(int local) {
    Label always = code.newLabel();
    code.iconst_1().istore(local);
    context("globalIdx");
    code.ifge(always).iconst_0().istore(local).labelBinding(always);
  }

  /** Runs the body for {@code from, from + step, ...} below a bound, the counter in a local. */
  void loop(int counter, int step, Runnable bound, Runnable body) {
    Label test = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(test).iload(counter);
    bound.run();
    code.if_icmpge(end);
    body.run();
    code.iload(counter).loadConstant(step).iadd().istore(counter);
    code.goto_(test).labelBinding(end);
  }

  /** Runs the body where a local is below a bound. */
  void ifBelow(int local, int bound, Runnable body) {
    Label end = code.newLabel();
    code.iload(local).loadConstant(bound).if_icmpge(end);
    body.run();
    code.labelBinding(end);
  }

  /** Divides the integer on the stack; rounds towards zero. */
  void divide(int divisor) {
    if (divisor != 1) {
      code.loadConstant(divisor).idiv();
    }
  }

  /** The remainder of the integer on the stack. */
  void remainder(int divisor) {
    code.loadConstant(divisor).irem();
  }

  // ---------------------------------------------------------------- groups

  void barrier() {
    code.aload(0).invokevirtual(CONTEXT, "localBarrier", ConstantDescs.MTD_void);
  }

  /** A new array that the items of a group share, in a local variable. */
  int shared(DType type, int size) {
    boolean real = type == DType.F32;
    ClassDesc element = real ? ConstantDescs.CD_float : ConstantDescs.CD_int;
    code.aload(0).loadConstant(size);
    code.invokevirtual(
        CONTEXT,
        real ? "allocateFloatLocalArray" : "allocateIntLocalArray",
        MethodTypeDesc.of(element.arrayType(), ConstantDescs.CD_int));
    int local = local(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  // ---------------------------------------------------------------- arrays

  /** Pushes a reference to an array. */
  DeviceCode array(ArrayRef array) {
    int index = arrays.indexOf(array);
    if (index < 0) {
      throw new IllegalStateException(array + " is no argument of the task");
    }
    code.aload(firstArray + index);
    return this;
  }

  /** Array and index are on the stack: pushes the element as a value of its compute type. */
  void get(DType type) {
    ElementType element = ElementType.of(type);
    code.invokevirtual(arrayClass(element), "get", MethodTypeDesc.of(raw(element), INT));
    if (element == ElementType.SHORT) {
      halves(type == DType.F16 ? "halfToFloat" : "bfloatToFloat", SHORT, FLOAT);
    }
  }

  /** Array, index and a value of the compute type are on the stack: stores it, rounded. */
  void set(DType type) {
    ElementType element = ElementType.of(type);
    if (element == ElementType.SHORT) {
      halves(type == DType.F16 ? "floatToHalf" : "floatToBfloat", FLOAT, SHORT);
    }
    ClassDesc array = arrayClass(element);
    code.invokevirtual(array, "set", MethodTypeDesc.of(ConstantDescs.CD_void, INT, raw(element)));
  }

  private static final ClassDesc INT = ConstantDescs.CD_int;
  private static final ClassDesc FLOAT = ConstantDescs.CD_float;
  private static final ClassDesc SHORT = ConstantDescs.CD_short;

  private void halves(String method, ClassDesc from, ClassDesc to) {
    code.invokestatic(HALVES, method, MethodTypeDesc.of(to, from));
  }

  private static ClassDesc raw(ElementType type) {
    return switch (type) {
      case FLOAT -> FLOAT;
      case INT -> INT;
      case SHORT -> SHORT;
    };
  }
}
