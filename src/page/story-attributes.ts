/** What a host, or the reader's settings, may say to the element: its attributes, as properties. */
import { LitElement } from 'lit';

export abstract class StoryAttributes extends LitElement {
  static override properties = {
    prompt: { type: String },
    seed: { type: String },
    pages: { type: Number },
    steps: { type: Number },
    sampler: { type: String },
    everyPage: { type: Boolean, attribute: 'every-page' },
    model: { type: String },
    variant: { type: String },
    backend: { type: String },
    memory: { type: Number },
    base: { type: String },
    source: { attribute: false },
    loading: { type: String },
  };

  declare prompt: string;
  declare seed: string;
  declare pages: number;
  /** Denoising steps of a picture; 0 is the model's own number. */
  declare steps: number;
  /** Empty is the model's own. */
  declare sampler: string;
  /** Every page is to have a picture, whatever the model decides. */
  declare everyPage: boolean;
  declare model: string;
  declare variant: string;
  declare backend: 'auto' | 'webgpu' | 'wasm';
  /** Gigabytes that the model may take, on the GPU where it runs there; 0 for what is usual. */
  declare memory: number;
  declare base: string;
  /** Another place that the list of models and their files come from: an address, or owner/name on Hugging Face. */
  declare source: string;
  declare loading: 'manual' | 'auto';

  constructor() {
    super();
    Object.assign(this, { prompt: '', seed: '', pages: 4, steps: 0, sampler: '', everyPage: false });
    Object.assign(this, {
      model: '',
      variant: 'auto',
      backend: 'auto',
      memory: 0,
      base: '',
      source: '',
      loading: 'manual',
    });
  }
}
