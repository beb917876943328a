/**
 * Everything that can be judged, in one place: for each {@link dev.danta.check.judge.Subject} a {@link
 * dev.danta.check.judge.Judge} that knows how its histories are read, what makes them valid, and why one is not. {@link
 * dev.danta.check.judge.Judges} makes them out of {@link dev.danta.check.judge.JudgeSettings}; what a judge finds is a {@link
 * dev.danta.check.judge.Judgement}.
 */
@NullMarked
package dev.danta.check.judge;

import org.jspecify.annotations.NullMarked;
