package dev.simoom.kernels.simd;

import dev.simoom.kernels.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Writes Vector API calls into a method: each word takes its arguments from the operand stack and
 * leaves its result there, as the calls themselves do.
 *
 * <p>Species and byte order are read from the static finals of {@link Simd}, which is what the
 * compiler needs to see.
 */
final class VectorCode {
  static final ClassDesc FLOATS = incubator("FloatVector");
  static final ClassDesc INTS = incubator("IntVector");
  static final ClassDesc SHORTS = incubator("ShortVector");
  static final ClassDesc MASK = incubator("VectorMask");
  private static final ClassDesc VECTOR = incubator("Vector");
  private static final ClassDesc SPECIES = incubator("VectorSpecies");
  private static final ClassDesc OPERATORS = incubator("VectorOperators");
  private static final ClassDesc BINARY = OPERATORS.nested("Binary");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc CONVERSION = OPERATORS.nested("Conversion");
  private static final ClassDesc SEGMENT = ClassDesc.of("java.lang.foreign.MemorySegment");
  private static final ClassDesc ORDER = ClassDesc.of("java.nio.ByteOrder");
  private static final ClassDesc SIMD = ClassDesc.of(Simd.class.getName());
  private static final ClassDesc CELLS = ClassDesc.of(Cells.class.getName());

  final CodeBuilder code;

  VectorCode(CodeBuilder code) {
    this.code = code;
  }

  private static ClassDesc incubator(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  /** Reserves a local variable. */
  int local(TypeKind kind) {
    return code.allocateLocal(kind);
  }

  /** Pops a vector or mask into a new local variable. */
  int keep() {
    int local = local(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  /** Pushes a vector or mask. */
  VectorCode get(int local) {
    code.aload(local);
    return this;
  }

  VectorCode floatSpecies() {
    return constant("F", SPECIES);
  }

  VectorCode intSpecies() {
    return constant("I", SPECIES);
  }

  VectorCode shortSpecies() {
    return constant("S", SPECIES);
  }

  VectorCode everything() {
    return constant("ALL", SEGMENT);
  }

  VectorCode order() {
    return constant("ORDER", ORDER);
  }

  private VectorCode constant(String name, ClassDesc type) {
    code.getstatic(SIMD, name, type);
    return this;
  }

  /** A vector of one real number. */
  VectorCode all(float value) {
    floatSpecies();
    code.loadConstant(value);
    return broadcastFloat();
  }

  /** A vector of one integer. */
  VectorCode all(int value) {
    intSpecies();
    code.loadConstant(value);
    return broadcastInt();
  }

  /** From species and scalar. */
  VectorCode broadcastFloat() {
    code.invokestatic(
        FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, ConstantDescs.CD_float));
    return this;
  }

  /** From species and scalar. */
  VectorCode broadcastInt() {
    code.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, ConstantDescs.CD_int));
    return this;
  }

  /** A mask of one truth value, over ints. */
  VectorCode all(boolean value) {
    intSpecies();
    code.loadConstant(value ? 1 : 0);
    code.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, ConstantDescs.CD_boolean));
    return this;
  }

  /** The lane numbers. */
  VectorCode laneNumbers() {
    intSpecies();
    code.invokestatic(INTS, "zero", MethodTypeDesc.of(INTS, SPECIES));
    code.loadConstant(1);
    code.invokevirtual(INTS, "addIndex", MethodTypeDesc.of(INTS, ConstantDescs.CD_int));
    return this;
  }

  /** A method of the given type that maps it to itself. */
  VectorCode unary(ClassDesc type, String name) {
    code.invokevirtual(type, name, MethodTypeDesc.of(type));
    return this;
  }

  /** A method of the given type with one more vector. */
  VectorCode binary(ClassDesc type, String name) {
    code.invokevirtual(type, name, MethodTypeDesc.of(type, VECTOR));
    return this;
  }

  /** A method of masks with one more mask. */
  VectorCode maskBinary(String name) {
    code.invokevirtual(MASK, name, MethodTypeDesc.of(MASK, MASK));
    return this;
  }

  /** {@code a b + c} of real numbers, rounded once. */
  VectorCode fma() {
    code.invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR));
    return this;
  }

  /** Compares two vectors. */
  VectorCode compare(ClassDesc type, String how) {
    // The operator must lie between the two vectors, so the second is set aside.
    int right = keep();
    code.getstatic(OPERATORS, how, COMPARISON);
    get(right);
    code.invokevirtual(type, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
    return this;
  }

  /** Compares a vector with a constant. */
  VectorCode compare(String how, float with) {
    code.getstatic(OPERATORS, how, COMPARISON);
    code.loadConstant(with);
    code.invokevirtual(
        FLOATS, "compare", MethodTypeDesc.of(MASK, COMPARISON, ConstantDescs.CD_float));
    return this;
  }

  /** Compares a vector with a constant. */
  VectorCode compare(String how, int with) {
    code.getstatic(OPERATORS, how, COMPARISON);
    code.loadConstant(with);
    code.invokevirtual(INTS, "compare", MethodTypeDesc.of(MASK, COMPARISON, ConstantDescs.CD_int));
    return this;
  }

  /** From a vector, another, and a mask: the other one's lanes where the mask is set. */
  VectorCode blend(ClassDesc type) {
    code.invokevirtual(type, "blend", MethodTypeDesc.of(type, VECTOR, MASK));
    return this;
  }

  /** Shifts ints by a constant; {@code how} is LSHL, ASHR or LSHR. */
  VectorCode shift(String how, int by) {
    code.getstatic(OPERATORS, how, BINARY);
    code.loadConstant(by);
    code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, ConstantDescs.CD_int));
    return this;
  }

  /** Shifts ints by as many bits as the ints on the stack say; {@code how} as above. */
  VectorCode shiftBy(String how) {
    int by = keep();
    code.getstatic(OPERATORS, how, BINARY);
    get(by);
    return operate();
  }

  /** Names an operation on ints; its second vector comes next, then {@link #operate()}. */
  VectorCode operator(String name) {
    code.getstatic(OPERATORS, name, OPERATORS.nested("Associative"));
    return this;
  }

  /** From ints, an operator and ints. */
  VectorCode operate() {
    code.invokevirtual(INTS, "lanewise", MethodTypeDesc.of(INTS, BINARY, VECTOR));
    return this;
  }

  /** The bits of real numbers as ints. */
  VectorCode bits() {
    code.invokevirtual(FLOATS, "reinterpretAsInts", MethodTypeDesc.of(INTS));
    return this;
  }

  /** Ints as the bits of real numbers. */
  VectorCode real() {
    code.invokevirtual(INTS, "reinterpretAsFloats", MethodTypeDesc.of(FLOATS));
    return this;
  }

  /** Converts lane by lane between types of one size. */
  VectorCode convert(String how, ClassDesc to) {
    code.getstatic(OPERATORS, how, CONVERSION);
    code.loadConstant(0);
    code.invokevirtual(
        VECTOR, "convert", MethodTypeDesc.of(VECTOR, CONVERSION, ConstantDescs.CD_int));
    code.checkcast(to);
    return this;
  }

  /** Shorts, taken as unsigned, to ints. */
  VectorCode widen() {
    return reshape("ZERO_EXTEND_S2I", "I", INTS);
  }

  /** Ints to shorts, dropping the high bits. */
  VectorCode narrow() {
    return reshape("I2S", "S", SHORTS);
  }

  private VectorCode reshape(String how, String species, ClassDesc to) {
    code.getstatic(OPERATORS, how, CONVERSION);
    constant(species, SPECIES);
    code.loadConstant(0);
    code.invokevirtual(
        VECTOR,
        "convertShape",
        MethodTypeDesc.of(VECTOR, CONVERSION, SPECIES, ConstantDescs.CD_int));
    code.checkcast(to);
    return this;
  }

  /** A mask over ints as one over floats or the other way round; the species is on the stack. */
  VectorCode castMask() {
    code.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
    return this;
  }

  /** Loads a vector. Before: the species, {@link #everything()}, the address, {@link #order()}. */
  VectorCode load(ClassDesc type) {
    code.invokestatic(
        type,
        "fromMemorySegment",
        MethodTypeDesc.of(type, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER));
    return this;
  }

  /** Stores a vector. Before: the vector, {@link #everything()}, the address, {@link #order()}. */
  VectorCode store(ClassDesc type) {
    code.invokevirtual(
        type,
        "intoMemorySegment",
        MethodTypeDesc.of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER));
    return this;
  }

  /** Lane 0 as a scalar. */
  VectorCode first(ClassDesc type) {
    ClassDesc scalar = type.equals(FLOATS) ? ConstantDescs.CD_float : ConstantDescs.CD_int;
    code.loadConstant(0);
    code.invokevirtual(type, "lane", MethodTypeDesc.of(scalar, ConstantDescs.CD_int));
    return this;
  }

  /** A number of elements to bytes. */
  VectorCode scale(DType type) {
    code.loadConstant(Integer.numberOfTrailingZeros(type.bytes())).lshl();
    return this;
  }

  /** A static method of {@link Cells}. */
  VectorCode cell(String name, ClassDesc result, ClassDesc... arguments) {
    code.invokestatic(CELLS, name, MethodTypeDesc.of(result, arguments));
    return this;
  }
}
