package dev.simoom.kernels.simd;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the class of a {@link MicroKernel}: every accumulator is a local variable of its own, for
 * the compiler keeps neither arrays nor lists of vectors in registers.
 *
 * <p>Addresses are masked to 56 bits at the top of each step. No address has more; but knowing it,
 * the compiler drops the bounds check of every load and store that follows, which is worth a tenth.
 */
final class MicroKernelWriter {
  private record Key(int rows, int vectors, int packedRows, MicroKernel.Layout layout) {}

  private static final Map<Key, MicroKernel> KNOWN = new ConcurrentHashMap<>();

  private static final ClassDesc MATH = desc(Math.class);
  private static final ClassDesc SIMD = desc(Simd.class);
  private static final ClassDesc CELLS = desc(Cells.class);
  private static final ClassDesc FLOATS = desc(FloatVector.class);
  private static final ClassDesc SPECIES = desc(VectorSpecies.class);
  private static final ClassDesc SEGMENT = desc(MemorySegment.class);
  private static final ClassDesc ORDER = desc(ByteOrder.class);
  private static final ClassDesc FLOAT_LAYOUT = desc(ValueLayout.OfFloat.class);
  private static final ClassDesc VECTOR = desc(Vector.class);

  private static final MethodTypeDesc LOAD =
      MethodTypeDesc.of(FLOATS, SPECIES, SEGMENT, CD_long, ORDER);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_int, CD_long);

  // Local variables of the written method.
  private static final int A = 1;
  private static final int B = 3;
  private static final int B_STEP = 5;
  private static final int K = 7;
  private static final int FRAME = 8;
  private static final int P = 10;
  private static final int LIMIT = 11;
  private static final int ONE = 12;
  private static final int A_NOW = 13;
  private static final int FROM = 15;
  private static final int FROM_ROW = 17;
  private static final int TO = 19;
  private static final int TO_ROW = 21;
  private static final int A_ROW = 15;
  private static final int A_STEP = 17;
  private static final int B_VECTORS = 23;

  private final Key key;
  private final int sums;
  private final int broadcast;

  private MicroKernelWriter(Key key) {
    this.key = key;
    sums = B_VECTORS + key.vectors;
    broadcast = sums + key.rows * key.vectors;
  }

  /**
   * The micro-kernel of a tile.
   *
   * @param rows rows it computes
   * @param vectors vectors in each of them
   * @param packedRows rows that A is packed for, at least {@code rows}
   * @param layout how A lies
   */
  static MicroKernel of(int rows, int vectors, int packedRows, MicroKernel.Layout layout) {
    return KNOWN.computeIfAbsent(
        new Key(rows, vectors, packedRows, layout), k -> new MicroKernelWriter(k).define());
  }

  private MicroKernel define() {
    String name = "MatMul" + key.rows + "x" + key.vectors + "_" + key.layout;
    ClassDesc self = ClassDesc.of(MicroKernelWriter.class.getPackageName(), name);
    byte[] bytes =
        ClassFile.of()
            .build(
                self,
                c ->
                    c.withFlags(ClassFile.ACC_FINAL)
                        .withInterfaceSymbols(desc(MicroKernel.class))
                        .withMethodBody(
                            INIT_NAME,
                            MTD_void,
                            0,
                            code ->
                                code.aload(0)
                                    .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                    .return_())
                        .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::body));
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (MicroKernel)
          lookup
              .findConstructor(
                  lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class))
              .invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot define " + name, e);
    }
  }

  private void body(CodeBuilder code) {
    for (int i = 0; i < key.rows * key.vectors; i++) {
      code.getstatic(SIMD, "F", SPECIES)
          .invokestatic(FLOATS, "zero", MethodTypeDesc.of(FLOATS, SPECIES))
          .astore(sums + i);
    }
    cell(code, MicroKernel.ONE).l2i().istore(ONE);
    switch (key.layout) {
      case BY_STEP -> steps(code, K, key.packedRows * Float.BYTES);
      case BY_ROW -> runs(code);
      case STRIDED -> {
        mask(cell(code, MicroKernel.A_ROW)).lstore(A_ROW);
        cell(code, MicroKernel.A_STEP).lstore(A_STEP);
        steps(code, K, 0);
      }
    }
    cell(code, MicroKernel.FROM).lstore(FROM);
    cell(code, MicroKernel.FROM_ROW).lstore(FROM_ROW);
    cell(code, MicroKernel.TO).lstore(TO);
    cell(code, MicroKernel.TO_ROW).lstore(TO_ROW);
    for (int row = 0; row < key.rows; row++) {
      finish(code, row);
    }
    code.return_();
  }

  /** Steps in runs, between which A moves on to where the next run's rows lie. */
  private void runs(CodeBuilder code) {
    int run = MicroKernel.Layout.RUN;
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(top).iload(K).ifle(end);
    code.iload(K).loadConstant(run);
    code.invokestatic(MATH, "min", MethodTypeDesc.of(CD_int, CD_int, CD_int)).istore(LIMIT);
    steps(code, LIMIT, Float.BYTES);
    plus(code.lload(A), (long) key.packedRows * run * Float.BYTES).lstore(A);
    code.iload(K).loadConstant(run).isub().istore(K);
    code.goto_(top).labelBinding(end);
  }

  /**
   * Steps from 0 to a limit. They go by a number from memory that is 1, because the compiler would
   * unroll a loop that it can count: of several steps at once it loads all operands before it uses
   * any, and with 16 registers has no room left for the accumulators, at a third of the speed.
   */
  private void steps(CodeBuilder code, int limit, int stepOfA) {
    Label top = code.newLabel();
    Label end = code.newLabel();
    code.iconst_0().istore(P);
    code.labelBinding(top).iload(P).iload(limit).if_icmpge(end);
    step(code, stepOfA);
    code.iload(P).iload(ONE).iadd().istore(P).goto_(top).labelBinding(end);
  }

  private void step(CodeBuilder code, int stepOfA) {
    mask(code.lload(B)).lstore(B);
    for (int j = 0; j < key.vectors; j++) {
      load(code, B, j).astore(B_VECTORS + j);
    }
    boolean strided = key.layout == MicroKernel.Layout.STRIDED;
    int between =
        switch (key.layout) {
          case BY_STEP -> Float.BYTES;
          case BY_ROW -> MicroKernel.Layout.RUN * Float.BYTES;
          case STRIDED -> 0;
        };
    if (strided) {
      mask(code.lload(A)).lstore(A_NOW);
      code.lload(A_NOW).lload(A_STEP).ladd().lstore(A);
    } else {
      // Not carried from step to step like the address in B: what takes longer to work out is read
      // later, so that each value of A is read where it is used.
      code.lload(A).iload(P).loadConstant(stepOfA).imul().i2l().ladd();
      mask(code).lstore(A_NOW);
    }
    for (int row = 0; row < key.rows; row++) {
      code.getstatic(SIMD, "F", SPECIES)
          .getstatic(SIMD, "ALL", SEGMENT)
          .getstatic(SIMD, "FLOAT", FLOAT_LAYOUT);
      plus(code.lload(A_NOW), (long) row * between)
          .invokeinterface(SEGMENT, "get", MethodTypeDesc.of(CD_float, FLOAT_LAYOUT, CD_long))
          .invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float))
          .astore(broadcast);
      for (int j = 0; j < key.vectors; j++) {
        int sum = sums + row * key.vectors + j;
        code.aload(broadcast)
            .aload(B_VECTORS + j)
            .aload(sum)
            .invokevirtual(FLOATS, "fma", MethodTypeDesc.of(FLOATS, VECTOR, VECTOR))
            .astore(sum);
      }
      if (strided && row < key.rows - 1) {
        code.lload(A_NOW).lload(A_ROW).ladd().lstore(A_NOW);
      }
    }
    code.lload(B).lload(B_STEP).ladd().lstore(B);
  }

  private void finish(CodeBuilder code, int row) {
    mask(code.lload(FROM)).lstore(FROM);
    mask(code.lload(TO)).lstore(TO);
    for (int j = 0; j < key.vectors; j++) {
      load(code, FROM, j)
          .aload(sums + row * key.vectors + j)
          .invokevirtual(FLOATS, "add", MethodTypeDesc.of(FLOATS, VECTOR))
          .getstatic(SIMD, "ALL", SEGMENT);
      plus(code.lload(TO), vectorOffset(j))
          .getstatic(SIMD, "ORDER", ORDER)
          .invokevirtual(FLOATS, "intoMemorySegment", STORE);
    }
    code.lload(FROM).lload(FROM_ROW).ladd().lstore(FROM);
    code.lload(TO).lload(TO_ROW).ladd().lstore(TO);
  }

  private static CodeBuilder load(CodeBuilder code, int address, int vector) {
    code.getstatic(SIMD, "F", SPECIES).getstatic(SIMD, "ALL", SEGMENT);
    return plus(code.lload(address), vectorOffset(vector))
        .getstatic(SIMD, "ORDER", ORDER)
        .invokestatic(FLOATS, "fromMemorySegment", LOAD);
  }

  private static CodeBuilder cell(CodeBuilder code, int offset) {
    return plus(mask(code.lload(FRAME)), offset)
        .invokestatic(CELLS, "getLong", MethodTypeDesc.of(CD_long, CD_long));
  }

  private static long vectorOffset(int vector) {
    return (long) vector * Simd.LANES * Float.BYTES;
  }

  private static CodeBuilder mask(CodeBuilder code) {
    return code.loadConstant(Simd.ADDRESS_BITS).land();
  }

  private static CodeBuilder plus(CodeBuilder code, long offset) {
    return offset == 0 ? code : code.loadConstant(offset).ladd();
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
