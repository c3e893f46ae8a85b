/** Who may import whom (docs/architecture.md). One-way, no cycles, one door per dependency. */
const only = (name, comment, to, door) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^src/', pathNot: `${door}|\\.test\\.ts$` },
  to: { path: to, dependencyTypesNot: ['type-only'] },
});
const never = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    only('one-door-ort', 'onnxruntime-web only in models/engine.ts', 'node_modules/onnxruntime-web', '^src/models/engine'),
    only('one-door-comlink', 'Comlink only in workers/', 'node_modules/comlink', '^src/workers/'),
    never('story-is-pure', 'the pipeline knows no page and no model', '^src/story/', '^src/(page|library|export|models|gpu|offline)/'),
    never('gpu-knows-no-model', 'kernels know no model and no runtime', '^src/gpu/', '^src/(models|weights|story|page|workers|library|export)/'),
    never('weights-know-no-model', 'weights know no model code', '^src/weights/', '^src/(models|gpu|page|workers|library|export)/'),
    never('models-know-no-page', 'models run in workers', '^src/models/', '^src/(page|library|export)/'),
    never('offline-alone', 'the service worker imports nothing of ours', '^src/offline/', '^src/(models|gpu|page|workers|library|export|weights|story)/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'], extensions: ['.ts', '.js', '.mjs'] },
  },
};
