/** The command line: one picocli command per system, under the root command of the launcher. */
@NullMarked
package dev.simoom.models.cli;

import org.jspecify.annotations.NullMarked;
