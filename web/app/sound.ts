/** Two short tones, made here: no file to load, nothing to license. */
const TONES: readonly { hertz: number; startS: number }[] = [
  { hertz: 740, startS: 0 },
  { hertz: 988, startS: 0.12 },
];
const TONE_S = 0.22;
const LOUDNESS = 0.12;

let context: AudioContext | undefined;

/** Plays the sound of an invitation or message. Silent until the page was touched once, as browsers demand. */
export async function playSound(): Promise<void> {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") {
    // Without a touch this stays pending for ever, and the sound would come much too late.
    if (!navigator.userActivation?.hasBeenActive) return;
    await context.resume();
  }
  for (const { hertz, startS } of TONES) playTone(context, hertz, context.currentTime + startS);
}

function playTone(audio: AudioContext, hertz: number, at: number): void {
  const tone = audio.createOscillator();
  const gain = audio.createGain();
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
  tone.connect(gain).connect(audio.destination);
  tone.start(at);
  tone.stop(at + TONE_S);
}
