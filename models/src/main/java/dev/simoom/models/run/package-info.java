/**
 * What every long job needs: a folder for its results, progress on the terminal, a way to stop it.
 */
@NullMarked
package dev.simoom.models.run;

import org.jspecify.annotations.NullMarked;
