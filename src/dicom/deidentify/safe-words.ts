/**
 * Words that say what was imaged and how, never whom: the only ones that Clean Descriptors leaves in free text. A word that
 * is also a common family or first name is left out on purpose. Lower case; a plural with "s" is found by its singular.
 */
const GROUPS: readonly string[] = [
  // Modalities, studies, techniques
  `ct cta ctp ctv cbct dect mr mri mra mrv mrs us xa rf xr cr dx dsa dsc dce asl pwi dwi dti adc flair swi t1 t2 t1w t2w
   t2* pd tof pc tse fse tfe gre ffe epi se ir stir fiesta ciss space mprage mp2rage bravo vibe haste dixon fatsat fs hr
   angio angiography angiogram arteriography venography perfusion diffusion spectroscopy fluoro fluoroscopy radiography
   rotational rotation 3d 2d 4d 3dra run subtraction subtracted unsubtracted mask roadmap single biplane cine dynamic
   localizer localiser scout topogram surview smartprep bolus tracking monitoring premonitoring timing test
   survey calibration reference scan scano series study image images screenshot capture secondary derived original primary
   reformat reformatted mip minip mpr vrt vr ssd average avg mean map maps colour color parametric result results summary
   report dose protocol structured sr rdsr key object note presentation state`,
  // Maps and measures
  `cbf cbv mtt ttp tmax tmip tavg rcbf rcbv ttd psurface permeability ktrans penumbra core mismatch flow volume delay drain
   time density iodine water fat virtual monoenergetic mono kev effective atomic number trace isotropic exponential
   fractional anisotropy fa md b0 b500 b1000 b2000 phase magnitude real imaginary echo inversion recovery spin gradient fast
   turbo ultrafast sequence`,
  // Body and side
  `head brain skull cerebral cerebrum cerebellum cerebellar cranial cranium intracranial extracranial neck cervical carotid
   carotids vertebral basilar arch aorta aortic artery arteries arterial vein veins venous sinus sagittal coronal axial
   oblique transverse ica eca cca mca aca pca va ba pica aica sca acom pcom m1 m2 m3 a1 a2 p1 p2 v1 v2 v3 v4 c1 c2 c3 c4 c5
   c6 c7 circle anterior posterior middle internal external common communicating superior inferior medial lateral left right
   bilateral lt rt both ap pa lao rao lat cran caud cranial caudal towne waters lesion aneurysm avm fistula davf stenosis
   occlusion dissection thrombus clot haemorrhage hemorrhage haematoma hematoma subdural subarachnoid infarct infarction
   ischaemia ischemia ischaemic ischemic stroke tumor tumour mass oedema edema vasospasm spine spinal cord thoracic lumbar
   sacral chest thorax abdomen pelvis heart cardiac coronary femoral radial iliac subclavian brachiocephalic orbit orbits
   face facial temporal petrous bone bones mandible ear eye pituitary sella tissue soft vessel vessels lung liver kidney
   renal hip knee ankle foot hand wrist elbow shoulder arm leg extremity upper lower whole body`,
  // Acquisition and reconstruction
  `with without contrast native plain unenhanced enhanced nonenhanced ce nc ncct cect pre post early late arterial
   portal delayed immediate baseline follow followup up control thin thick slice slices slab helical spiral sequential axial
   volume axials coronals sagittals recon reconstruction kernel standard std sharp smooth soft hard medium filtered iterative
   fbp asir idose safire admire aidr firstpass pass low high dose kv kvp ma mas mm cm ml sec msec ms min fps frame frames
   phase phases multiphase gated ecg injection catheter stent coil coils coiling clip embolisation embolization flow diverter
   thrombectomy balloon angioplasty intervention interventional procedure treatment treated diagnostic guidance puncture
   access closure before after during final initial start end mode auto manual field view fov matrix resolution quality
   routine emergency trauma code acute subacute chronic adult paediatric pediatric phantom qa test none no yes and or of the
   in on at for from to by w wo & + - / x`,
];

let words: Set<string> | null = null;

/** Whether a word (any case) is known to be safe. */
export function isSafeWord(word: string): boolean {
  words ??= new Set(GROUPS.join(" ").split(/\s+/));
  const lower = word.toLowerCase();
  return words.has(lower) || (lower.length > 3 && lower.endsWith("s") && words.has(lower.slice(0, -1)));
}
