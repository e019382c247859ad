/**
 * Writes the classes that TornadoVM compiles: loops from their description, library kernels by
 * copying a template.
 */
@NullMarked
package dev.simoom.kernels.tornado.codegen;

import org.jspecify.annotations.NullMarked;
